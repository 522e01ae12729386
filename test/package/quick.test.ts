import { expect, it } from "vitest";
import { heavyImports, processTests, quickTests, sourceTests } from "../projects.ts";

it("starts no process and no server in a quick test", () => {
  expect(quickTests.length).toBeGreaterThan(50);
  expect(quickTests.flatMap((test) => heavyImports(test).map((one) => `${test}: ${one}`))).toEqual(
    [],
  );
});

it("knows what starts a process", () => {
  expect(processTests).toContain("test/http/node.test.ts");
  expect(processTests).toContain("test/kills/kills.test.ts");
  expect(sourceTests).toContain("test/store/contract.test.ts");
});
