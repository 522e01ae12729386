import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Prints `N passed, N failed`: the tests of all of vitest's JSON reports in a folder. A file whose tests
 * could not even be collected counts as one that failed. Skipped tests are neither.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node count.js FOLDER");

let passed = 0;
let failed = 0;
for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  failed += report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
}
console.log(`${passed} passed, ${failed} failed`);
