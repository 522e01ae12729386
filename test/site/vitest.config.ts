import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folder = fileURLToPath(new URL(".", import.meta.url));

/**
 * What is said about the site as it is built, by `npm run docs`: no part of `npm test`. The files are called `*.site.ts` because
 * the root configuration runs every `*.test.ts` below test.
 */
export default defineConfig({
  root: folder,
  cacheDir: `${folder}../../node_modules/.vite/site`,
  resolve: {
    alias: [
      { find: "#web-crypto", replacement: `${folder}../../src/internal/web-crypto.node.ts` },
      { find: /^statefun$/, replacement: `${folder}../../src/index.ts` },
      { find: /^statefun\/(.+)$/, replacement: `${folder}../../src/$1.ts` },
    ],
  },
  test: { include: ["**/*.site.ts"], maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
});
