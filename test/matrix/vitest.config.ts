import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * The runtime matrix: slow, and with its own dependencies, so no part of `npm test`. The files are called
 * `*.matrix.ts` because the root configuration runs every `*.test.ts` below test.
 */
export default defineConfig({
  root: folder,
  resolve: {
    alias: [
      { find: /^statefun$/, replacement: `${folder}../../dist/index.js` },
      { find: /^statefun\/(.+)$/, replacement: `${folder}../../dist/$1.js` },
    ],
  },
  test: {
    include: ["*.matrix.ts"],
    globalSetup: ["build.ts"],
    // A runtime at a time: what is slow here is starting them, on machines of two cores.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
