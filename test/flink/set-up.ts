import { classPath as brokerClassPath } from "../kafka/class-path.ts";
import buildPrograms from "../matrix/build.ts";
import { installPython3 } from "../sdks/tool-chains.ts";
import { classPathOf } from "./class-path.ts";
import { releases } from "./releases.ts";

/**
 * What takes long the first time, before any test: no test's timeout is spent on loading libraries. The function
 * servers are the programs of the runtime matrix.
 */
export default async function setUp(): Promise<void> {
  await buildPrograms();
  // One after the other: Maven's repository is not made for two writers.
  for (const release of releases) await classPathOf(release);
  await brokerClassPath();
  await installPython3();
}
