import { gzipSync } from "node:zlib";
import { parse } from "acorn";
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

/** `app.js` and what it imports by statements, that by their statements, and so on. */
function scriptsAtOnce(name = "app.js", found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const text = page.scripts[name]?.text;
  if (text === undefined) throw new TypeError(`${name} is imported, and not there`);
  for (const node of parse(text, { ecmaVersion: "latest", sourceType: "module" }).body) {
    const isFrom = "source" in node && typeof node.source?.value === "string";
    if (isFrom) scriptsAtOnce(String(node.source?.value).replace("./", ""), found);
  }
  return found;
}

const gzipSum = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);

describe("the page of the console and its files, with gzip,", () => {
  const { shell, scripts, style, icon } = page;
  const beside = gzipSum([shell, style, icon]);
  const atOnce = scriptsAtOnce();

  it("fit into 60,000 bytes when the page is opened", () => {
    const sum = beside + gzipSum(Array.from(atOnce, (name) => scripts[name]?.text ?? ""));
    console.log(`the page: ${bytes(sum)} of 60,000 bytes (${bytes(beside)} beside scripts)`);
    expect(sum).toBeLessThanOrEqual(60_000);
  });

  // What is loaded later is compressed apart, and has names for what it shares: together it is more than in one file.
  it("fit into 64,500 bytes with what is loaded later", () => {
    const sum = beside + gzipSum(Object.values(scripts).map(({ text }) => text));
    console.log(`the page with all screens: ${bytes(sum)} of 64,500 bytes`);
    expect(sum).toBeLessThanOrEqual(64_500);
  });

  it("leave the form of a message for later, which imports what is there", () => {
    const later = Object.keys(scripts).filter((name) => !atOnce.has(name));
    expect(later).toEqual([expect.stringMatching(/^send-[\w-]{8}\.js$/)]);
    for (const name of later) {
      expect([...scriptsAtOnce(name)].toSorted()).toEqual([...atOnce, name].toSorted());
    }
  });
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
