import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, inject, it } from "vitest";
import { ts } from "../types/typescript-5.9/index.ts";
import { namesOnWorkerd } from "./names-on-workerd.ts";
import { publicNames } from "./public-names.ts";

const installed = join(inject("consumer"), "node_modules/statefun");
const manifest: { readonly exports: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(installed, "package.json"), "utf8"),
);

/** They import a module of the platform, `cloudflare:workers`, which is nowhere else. */
const onlyOnWorkerd: ReadonlySet<string> = new Set(["statefun/durable-object"]);

/** The file of a subpath, by the `exports` of the packed package. */
function fileOf(subpath: string): string {
  const target = manifest.exports[subpath.replace(/^statefun/, ".")];
  return join(installed, target ?? `no ${subpath} in exports`);
}

it("the package has the public subpaths and no other", () => {
  const subpaths = Object.keys(publicNames).map((name) => name.replace(/^statefun/, "."));
  expect(Object.keys(manifest.exports).toSorted()).toEqual(
    [...subpaths, "./package.json"].toSorted(),
  );
});

describe.each(Object.entries(publicNames))("%s", (subpath, names) => {
  it("exports these values when Node imports it, on whatever runtime it is for", async () => {
    const imported = import(/* @vite-ignore */ pathToFileURL(fileOf(subpath)).href);
    if (onlyOnWorkerd.has(subpath)) {
      await expect(imported).rejects.toThrow("cloudflare:");
      expect((await namesOnWorkerd(subpath, inject("consumer"))).toSorted()).toEqual(names.values);
    } else expect(Object.keys(await imported).toSorted()).toEqual(names.values);
  });

  it("declares the same values, and these types", () => {
    const declared = declaredNames(fileOf(subpath).replace(/\.js$/, ".d.ts"));
    expect(declared.values).toEqual(names.values);
    expect(declared.types).toEqual(names.types);
  });
});

function declaredNames(file: string): { values: string[]; types: string[] } {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const symbols = (module ? checker.getExportsOfModule(module) : []).map((symbol) => ({
    name: symbol.name,
    flags: (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol).flags,
  }));
  const isValue = ({ flags }: { readonly flags: ts.SymbolFlags }) =>
    (flags & ts.SymbolFlags.Value) !== 0;
  const sorted = (some: readonly { readonly name: string }[]) =>
    some.map(({ name }) => name).toSorted();
  return {
    values: sorted(symbols.filter(isValue)),
    types: sorted(symbols.filter((symbol) => !isValue(symbol))),
  };
}
