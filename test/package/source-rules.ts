import { ts } from "../types/typescript-5.9/index.ts";
import { arrows, layerOf, mayImport, publicLayer } from "./layers.ts";
import { importsOf, nodesOf, type Source, specifiersOf } from "./sources.ts";

/** Each rule gives one line for each place that breaks it. */

export function unknownFolders(sources: readonly Source[]): string[] {
  return sources.filter(({ folder }) => layerOf(folder) === undefined).map(({ path }) => path);
}

const folderOf = (path: string) => (path.includes("/") ? path.replace(/\/.*/, "") : publicLayer);

/** Imports that `arrows` does not allow. */
export function forbiddenImports(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    importsOf(source)
      .filter((to) => !mayImport(source.folder, folderOf(to)))
      .map((to) => `${source.path} -> ${to}`),
  );
}

/** Arrows that are allowed and not used, or that lead upwards. */
export function idleArrows(sources: readonly Source[]): string[] {
  const used = new Set(
    sources.flatMap((source) =>
      importsOf(source).map((to) => `${source.folder} -> ${folderOf(to)}`),
    ),
  );
  return [...arrows].flatMap(([from, targets]) =>
    targets
      .filter(
        (to) => (layerOf(to) ?? Infinity) >= (layerOf(from) ?? 0) || !used.has(`${from} -> ${to}`),
      )
      .map((to) => `${from} -> ${to}`),
  );
}

/** The first cycle found from each start that has one, as `a -> b -> a`. */
export function cycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]) => {
    const start = path.indexOf(node);
    if (start >= 0) found.add([...path.slice(start), node].join(" -> "));
    if (start >= 0 || done.has(node)) return;
    for (const next of edges.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of edges.keys()) visit(node, []);
  return [...found];
}

export function fileCycles(sources: readonly Source[]): string[] {
  return cycles(new Map(sources.map((source) => [source.path, new Set(importsOf(source))])));
}

/** Between the folders of any folder. Files beside them are their frame: they may import, and be imported. */
export function folderCycles(sources: readonly Source[]): string[] {
  const found = new Set<string>();
  const bases = new Set(sources.flatMap(({ path }) => ancestorsOf(path)));
  for (const base of bases) for (const cycle of cyclesWithin(base, sources)) found.add(cycle);
  return [...found];
}

/** `""`, `a/`, `a/b/` of `a/b/c.ts`. */
function ancestorsOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return ["", ...parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}/`)];
}

function cyclesWithin(base: string, sources: readonly Source[]): string[] {
  const childOf = (path: string) => {
    const rest = path.startsWith(base) ? path.slice(base.length) : "";
    return rest.includes("/") ? base + rest.replace(/\/.*/, "") : undefined;
  };
  const edges = new Map<string, Set<string>>();
  for (const source of sources) {
    const from = childOf(source.path);
    if (from === undefined) continue;
    const targets = edges.get(from) ?? new Set();
    edges.set(from, targets);
    for (const to of importsOf(source).map(childOf)) {
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  return cycles(edges);
}

/** Folders with more files than a reader takes in at a glance. */
export function crowdedFolders(sources: readonly Source[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const { path } of sources) {
    const folder = path.includes("/") ? path.replace(/\/[^/]*$/, "") : publicLayer;
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > most)
    .map(([name, count]) => `${name}: ${count}`);
}

/** A relative import without `.ts` runs in a bundler alone. What only a bundler takes, as the page of the console, names it too. */
export function importsWithoutExtension(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    specifiersOf(source)
      .filter((specifier) => specifier.startsWith(".") && !/\.(?:tsx?|css)$/.test(specifier))
      .map((specifier) => `${source.path}: ${specifier}`),
  );
}

/** Statements of `src/*.ts` that are more than `export … from`, or that re-export a whole file. */
export function publicStatements(sources: readonly Source[]): string[] {
  return sources
    .filter(({ folder }) => folder === publicLayer)
    .flatMap(({ path, tree }) =>
      tree.statements
        .filter(
          (statement) =>
            !ts.isExportDeclaration(statement) ||
            statement.moduleSpecifier === undefined ||
            statement.exportClause === undefined,
        )
        .map((statement) => `${path}: ${statement.getText()}`),
    );
}

const lineOf = ({ path, tree }: Source, node: ts.Node) =>
  `${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;

/** `any` everywhere but in `AnyType`, which has to stand for types that are contra- and covariant. */
export function anyKeywords(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    [...nodesOf(source.tree)]
      .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
      .filter((node) => {
        const alias = ts.findAncestor(node, ts.isTypeAliasDeclaration);
        return alias?.name.text !== "AnyType";
      })
      .map((node) => lineOf(source, node)),
  );
}

const unclear = /(?:^|[^a-z])(?:un)?(?:told|tell|telling)(?![a-z])|(?:Told|Tell|Telling)(?![a-z])/;

/** Names of files and in code that do not say what is meant: reported, listed, sent or shown. */
export function unclearNames(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => [
    ...(unclear.test(source.path) ? [source.path] : []),
    ...[...nodesOf(source.tree)]
      .filter((node) => ts.isIdentifier(node) || ts.isPrivateIdentifier(node))
      .filter((node) => unclear.test(node.text))
      .map((node) => lineOf(source, node)),
  ]);
}

/**
 * Everything that is thrown has a code: no `new Error(…)`, thrown here or handed on. Below the guard of the
 * decoders, which wraps whatever they throw as the cause of a `malformed_request`, a RangeError will do.
 */
export function bareErrors(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const bare = source.folder === "protocol" ? /^Error$/ : /^(?:|Type|Range|Syntax)Error$/;
    return [...nodesOf(source.tree)]
      .filter((node) => ts.isNewExpression(node) || ts.isCallExpression(node))
      .filter((node) => bare.test(node.expression.getText()))
      .map((node) => lineOf(source, node));
  });
}

export const lineCount = ({ text }: Source): number => text.trimEnd().split("\n").length;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1] ?? 0, sorted[Math.floor(half)] ?? 0];
  return (low + high) / 2;
}
