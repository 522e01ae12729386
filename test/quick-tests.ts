import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Folders whose tests start no process and no server, except for these files, which do or take seconds. */
const folders = ["apps", "engine", "golden", "module", "semantics", "testing-kit", "values"];
const others = new Set([
  "test/engine/deadly.test.ts",
  "test/engine/exit-codes.test.ts",
  "test/engine/idle.test.ts",
  "test/engine/sizes.test.ts",
  "test/engine/timers.test.ts",
  "test/module/round-trip.test.ts",
  "test/testing-kit/real-work.test.ts",
  "test/values/engines.test.ts",
  "test/values/ways-in.test.ts",
]);

const root = fileURLToPath(new URL("..", import.meta.url));

/** The tests of `npm run test:quick`, as paths from the root: the loop of whoever changes the core or the engine. */
export const quickTests: readonly string[] = globSync(`test/{${folders.join(",")}}/**/*.test.ts`, {
  cwd: root,
})
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !others.has(path))
  .sort();
