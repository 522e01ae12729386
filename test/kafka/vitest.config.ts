import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * A real broker: in need of Java and Maven, so no part of `npm test`. The files are called `*.kafka.ts` because the root
 * configuration runs every `*.test.ts` below test.
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
    include: ["*.kafka.ts"],
    // The shop runs on the packed package.
    globalSetup: ["../package/pack.ts"],
    // A broker at a time: one and its clients are enough for two cores.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
