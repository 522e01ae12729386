import { describe, expect, it } from "vitest";
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

describe("the smallest useful program, bundled, minified and compressed", () => {
  it.each(budgets)("of $name fits into $bytes bytes", async (budget) => {
    const { name, program, external = [], beside } = budget;
    const whole = await bundle(program, { external });
    const base = beside === undefined ? undefined : await bundle(beside, { external });
    const actual = whole.gzipBytes - (base?.gzipBytes ?? 0);
    console.log(`${name}: ${bytes(actual)} of ${bytes(budget.bytes)} bytes`);
    expect(actual, "nothing was measured").toBeGreaterThan(0);
    expect(actual, report(name, actual, budget.bytes, whole, base)).toBeLessThanOrEqual(
      budget.bytes,
    );
  });
});
