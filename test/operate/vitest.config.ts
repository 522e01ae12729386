import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * A real Prometheus, and a real broker: they are no part of `npm test`. The files are called `*.operate.ts` because the
 * root configuration runs every `*.test.ts` below test.
 */
export default defineConfig({
  root: folder,
  cacheDir: `${folder}target/vite`,
  resolve: {
    alias: [
      { find: /^statefun$/, replacement: `${folder}../../src/index.ts` },
      { find: /^statefun\/(.+)$/, replacement: `${folder}../../src/$1.ts` },
    ],
  },
  test: {
    include: ["*.operate.ts"],
    globalSetup: ["set-up.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
