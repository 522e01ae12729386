import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * Says of vitest's JSON reports in a folder which files have tests that failed, a line for each with the first of
 * them, then `N passed, N failed`. A file whose tests could not even be collected counts as one that failed.
 * Skipped tests are neither.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node count.js FOLDER");

// What reads the end of this output may have few lines.
const MOST_FILES = 20;
const MOST_CHARACTERS = 300;

let passed = 0;
const failures = [];
for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, name), "utf8"));
  passed += report.numPassedTests;
  for (const { name: file, status, message, assertionResults } of report.testResults) {
    const tests = assertionResults.filter((test) => test.status === "failed");
    if (tests.length > 0) {
      const [{ fullName, failureMessages }] = tests;
      failures.push({
        file,
        tests: tests.length,
        first: `${fullName}: ${failureMessages[0] ?? ""}`,
      });
    } else if (status === "failed") {
      failures.push({ file, tests: 1, first: message });
    }
  }
}
for (const { file, tests, first } of failures.slice(0, MOST_FILES)) {
  const text = first.replaceAll(/\s+/g, " ").slice(0, MOST_CHARACTERS);
  console.log(`${relative(process.cwd(), file)}: ${tests} failed, the first is ${text}`);
}
if (failures.length > MOST_FILES)
  console.log(`${failures.length - MOST_FILES} more files have tests that failed`);
const failed = failures.reduce((sum, { tests }) => sum + tests, 0);
console.log(`${passed} passed, ${failed} failed`);
