import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * The console in a real browser, on a shop that has everything that can be shown: no part of `npm test`. The files are
 * called `*.console.ts` because the root configuration runs every `*.test.ts` below test.
 */
export default defineConfig({
  root: folder,
  cacheDir: `${folder}../../node_modules/.vite/console`,
  resolve: {
    alias: [
      { find: "#web-crypto", replacement: `${folder}../../src/internal/web-crypto.node.ts` },
      { find: /^statefun$/, replacement: `${folder}../../src/index.ts` },
      { find: /^statefun\/(.+)$/, replacement: `${folder}../../src/$1.ts` },
    ],
  },
  test: {
    include: ["**/*.console.ts"],
    globalSetup: ["set-up.ts"],
    // Each file has a shop and a browser of its own, and waits for them most of its time.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
