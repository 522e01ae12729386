import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * Real clusters: slow, and in need of Java and Maven, so no part of `npm test`. The files are called `*.flink.ts`
 * because the root configuration runs every `*.test.ts` below test.
 */
export default defineConfig({
  root: folder,
  cacheDir: `${folder}target/vite`,
  resolve: {
    alias: [
      { find: /^statefun$/, replacement: `${folder}../../dist/index.js` },
      { find: /^statefun\/(.+)$/, replacement: `${folder}../../dist/$1.js` },
    ],
  },
  test: {
    include: ["*.flink.ts"],
    globalSetup: ["set-up.ts"],
    // A cluster at a time: one and its function server are enough for two cores.
    fileParallelism: false,
    testTimeout: 150_000,
    hookTimeout: 150_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
