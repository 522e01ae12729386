import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as page from "../../src/console/assets.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { budgets } from "./size-budgets.ts";

const bytes = (count: number) => count.toLocaleString("en");

/** Says where the bytes went: the modules of what was measured that its base does not have. */
function report(name: string, actual: number, budget: number, { modules }: Bundle, base?: Bundle) {
  const known = new Map(base?.modules.map((module) => [module.path, module.bytes]));
  const added = modules
    .map((module) => ({ ...module, bytes: module.bytes - (known.get(module.path) ?? 0) }))
    .filter((module) => module.bytes > 0);
  const largest = added.slice(0, 12).map((module) => `${bytes(module.bytes)}  ${module.path}`);
  return `${name} has ${bytes(actual)} bytes of gzip, its budget is ${bytes(budget)}; minified:\n${largest.join("\n")}`;
}

it("the page of the console and its files fit into 60,000 bytes of gzip", () => {
  const { shell, script, style, icon } = page;
  const sizes = [shell, script, style, icon].map((text) => gzipSync(text, { level: 9 }).length);
  const sum = sizes.reduce((one, other) => one + other);
  console.log(`the page: ${bytes(sum)} of 60,000 bytes (${sizes.map(bytes).join(" + ")})`);
  expect(sum).toBeLessThanOrEqual(60_000);
});

describe("the smallest useful program, bundled, minified and compressed", () => {
  it.each(budgets)("of $name fits into $bytes bytes", async (budget) => {
    const { name, program, external = [], beside, isWhole = false } = budget;
    const whole = await bundle(program, { external });
    const base = beside === undefined ? undefined : await bundle(beside, { external });
    const actual = isWhole ? whole.wholeGzipBytes : whole.gzipBytes - (base?.gzipBytes ?? 0);
    console.log(`${name}: ${bytes(actual)} of ${bytes(budget.bytes)} bytes`);
    expect(actual, "nothing was measured").toBeGreaterThan(0);
    expect(actual, report(name, actual, budget.bytes, whole, base)).toBeLessThanOrEqual(
      budget.bytes,
    );
  });
});
