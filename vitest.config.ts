import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { projects } from "./test/projects.ts";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/**
 * Tests run from source, except those of the package. `npx vitest run test/golden` runs a folder; `test/projects.ts` says which
 * tests each project has, and by which command it runs.
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
    // Generous: a machine that is busy with something else is slow, and not wrong.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    // By default a machine of two cores gets one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: Object.entries(projects).map(([name, include]) => ({
      extends: true,
      test: {
        name,
        include: [...include],
        // These tests leave nothing behind, so a worker runs many files: to load the modules anew takes as long as to run them.
        ...((name === "quick" || name === "source") && { isolate: false }),
        ...(name === "package" && { globalSetup: ["test/package/pack.ts"] }),
      },
    })),
  },
});
