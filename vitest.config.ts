import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { quickTests } from "./test/quick-tests.ts";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const exclude = ["**/node_modules/**"];
/** What is said about the package as published: built and packed once, before the first of them. */
const packageTests = ["test/package/**/*.test.ts", "test/types/**/*.test.ts"];

/**
 * Tests run from source, except those of the package. `npx vitest run test/golden` runs a folder, and
 * `npm run test:quick` what needs neither a process nor a server.
 */
export default defineConfig({
  resolve: {
    alias: [
      { find: "#web-crypto", replacement: source("internal/web-crypto.node.ts") },
      { find: /^statefun$/, replacement: source("index.ts") },
      { find: /^statefun\/(.+)$/, replacement: source("$1.ts") },
    ],
  },
  test: {
    testTimeout: 30_000,
    // By default a machine of two cores gets one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: [...quickTests],
          exclude,
        },
      },
      {
        extends: true,
        test: {
          name: "source",
          include: ["test/**/*.test.ts"],
          exclude: [...exclude, ...packageTests, ...quickTests],
        },
      },
      {
        extends: true,
        test: {
          name: "package",
          include: packageTests,
          exclude,
          globalSetup: ["test/package/pack.ts"],
        },
      },
    ],
  },
});
