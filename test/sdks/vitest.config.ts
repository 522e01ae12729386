import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * The official SDKs behind our engine: they are installed and compiled first, so this is no part of `npm test`. The
 * files are called `*.sdks.ts` because the root configuration runs every `*.test.ts` below test.
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
    include: ["*.sdks.ts"],
    globalSetup: ["set-up.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
