import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { ts } from "../types/typescript-5.9/index.ts";
import { publicLayer } from "./layers.ts";

/** A file of `src`, parsed. */
export interface Source {
  /** Below `src`, with slashes. */
  readonly path: string;
  /** The first part of the path, or `publicLayer`. */
  readonly folder: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

export function parseSource(path: string, text: string): Source {
  const [first = "", ...rest] = path.split("/");
  return {
    path,
    folder: rest.length === 0 ? publicLayer : first,
    text,
    tree: ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true),
  };
}

const src = fileURLToPath(new URL("../../src/", import.meta.url));

/** What the build of the console makes, and the program that makes it: neither is a module of the package. */
const apart = new Set(["console/assets.ts", "console/build.ts"]);

/** All modules, those of the page of the console too. */
export function readSources(): Source[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.tsx?$/.test(path) && !apart.has(path))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(src, path), "utf8")));
}

export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

const specifiers = new WeakMap<Source, readonly string[]>();

/** Every specifier that a file imports from or re-exports, those of types included. Rules ask for them again and again. */
export function specifiersOf(source: Source): readonly string[] {
  const known = specifiers.get(source) ?? foundIn(source);
  specifiers.set(source, known);
  return known;
}

function foundIn({ tree }: Source): readonly string[] {
  const found: string[] = [];
  for (const node of nodesOf(tree)) {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
            ? node.arguments[0]
            : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier)) found.push(specifier.text);
  }
  return found;
}

/** The files of `src` that a file imports. */
export function importsOf(source: Source): string[] {
  return specifiersOf(source)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => join(dirname(source.path), specifier));
}
