import { type Options, parse } from "acorn";
import { analyze } from "eslint-scope";
import type { Program } from "estree";

/** Objects of the language itself. Not `eval` nor `Function`, which make code of text, nor `globalThis`, which hides names. */
const language = [
  "Array",
  "ArrayBuffer",
  "BigInt",
  "Boolean",
  "DataView",
  "Date",
  "Error",
  "Infinity",
  "JSON",
  "Map",
  "Math",
  "NaN",
  "Number",
  "Object",
  "Promise",
  "Proxy",
  "RangeError",
  "Reflect",
  "RegExp",
  "Set",
  "String",
  "Symbol",
  "TypeError",
  "Uint8Array",
  "WeakMap",
  "WeakSet",
  "isNaN",
  "undefined",
];

/**
 * What the core may use of the Minimum Common Web API (ECMA-429). Not the whole of it: Node 18 has no
 * global `crypto`, `File` or `CustomEvent`, and nothing here needs more.
 */
const web = [
  "AbortController",
  "AbortSignal",
  "Headers",
  "ReadableStream",
  "Request",
  "Response",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "atob",
  "btoa",
  "clearTimeout",
  "console",
  "performance",
  "queueMicrotask",
  "setTimeout",
  "structuredClone",
];

export const allowedGlobals: ReadonlySet<string> = new Set([...language, ...web]);

const options: Options = { ecmaVersion: 2022, sourceType: "module", ranges: true };

/** The names that a module uses and nobody in it declares, `arguments` and `typeof x` included. */
export function freeNames(code: string): string[] {
  // Acorn's tree is an ESTree; its own types leave out what the names of the nodes say.
  const tree = parse(code, options) as unknown as Program;
  const { globalScope } = analyze(tree, { ecmaVersion: 2022, sourceType: "module" });
  const names = globalScope?.through.map(({ identifier: { name, range } }) => {
    const after = code.slice(range?.[1]);
    // Reading a method of all functions makes no code.
    return name === "Function" && /^\.prototype\b(?!\.constructor)/.test(after) ? undefined : name;
  });
  return [...new Set(names?.filter((name) => name !== undefined))].map(String).sort();
}

/** Imports that are left in a bundle, dynamic ones included. */
export function leftImports(code: string): string[] {
  return (
    nodesOf(code)
      .filter(({ type }) => /^Import(?!.*Specifier)/.test(type))
      // What observers need is a chunk of the bundle, which is loaded where there are some.
      .filter(({ source }) => !String(source?.value).startsWith("./"))
      .map(({ start, end }) => code.slice(start, end))
  );
}

/** Dynamic imports of what is no literal: tools that resolve all imports refuse a module that has one. */
export function computedImports(code: string): string[] {
  return nodesOf(code)
    .filter(({ type, source }) => type === "ImportExpression" && source?.type !== "Literal")
    .map(({ start, end }) => code.slice(start, end));
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly source?: { readonly type: string; readonly value?: unknown };
}

function nodesOf(code: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  JSON.stringify(parse(code, options), (_, value: unknown) => {
    if (isNode(value)) found.push(value);
    // A BigInt literal has no JSON.
    return typeof value === "bigint" ? String(value) : value;
  });
  return found;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
