import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests run from source; what is said about the built package is tested against `dist`. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^statefun$/, replacement: source("index.ts") },
      { find: /^statefun\/(.+)$/, replacement: source("$1.ts") },
    ],
  },
  test: { include: ["test/**/*.test.ts"], exclude: ["**/node_modules/**"], testTimeout: 30_000 },
});
