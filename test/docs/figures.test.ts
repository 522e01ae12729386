import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

it("the figures of README.md are those of the last run of the benchmarks", () => {
  const section = /^## Figures$([\s\S]*?)^## /m.exec(read("README.md"))?.[1] ?? "";
  const shown = Array.from(section.matchAll(/([\d.]+)×/g), ([, figure]) => figure);
  const measured = Array.from(
    read("test/bench/results.md").matchAll(/\*\*([\d.]+)\*\* \(/g),
    ([, figure]) => figure,
  );
  expect(shown.length).toBeGreaterThan(5);
  expect(measured).toEqual(expect.arrayContaining(shown));
});
