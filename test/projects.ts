import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";

/** Folders whose tests start no process and no server, except for these files, which do or take seconds. */
const folders = ["apps", "engine", "golden", "module", "semantics", "testing-kit", "values"];
const others = new Set([
  "test/engine/actions/killed.test.ts",
  "test/engine/actions/remote.test.ts",
  "test/engine/closing-process.test.ts",
  "test/engine/deadly.test.ts",
  "test/engine/killers.test.ts",
  "test/engine/exit-codes.test.ts",
  "test/engine/idle-heap.test.ts",
  "test/engine/idle.test.ts",
  "test/engine/large-starts.test.ts",
  "test/engine/sizes.test.ts",
  "test/engine/timers.test.ts",
  "test/module/round-trip.test.ts",
  "test/testing-kit/real-work.test.ts",
  "test/values/engines.test.ts",
  "test/values/ways-in.test.ts",
]);

const root = fileURLToPath(new URL("..", import.meta.url));

const found = (pattern: string): string[] =>
  globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();

/** The tests of `npm run test:quick`, as paths from the root: the loop of whoever changes the core or the engine. */
export const quickTests: readonly string[] = found(
  `test/{${folders.join(",")}}/**/*.test.ts`,
).filter((path) => !others.has(path));

/** What is said about the package as published: built and packed once, before the first of them, and compiled by all compilers. */
export const packageTests: readonly string[] = found("test/{package,types}/**/*.test.ts");

/** What starts processes, threads or servers. */
const heavy =
  /^(?:node:(?:child_process|worker_threads|cluster|http|net)|miniflare|wrangler|esbuild|statefun\/node)$/;

/** The imports of a test that start processes, threads or servers, its own and those of what it imports by a path. */
export function heavyImports(test: string): string[] {
  return [...importsOf(test)].flatMap(([path, specifiers]) =>
    specifiers.filter((one) => heavy.test(one)).map((one) => `${path} imports ${one}`),
  );
}

function importsOf(path: string, seen = new Map<string, readonly string[]>()) {
  if (seen.has(path) || !existsSync(join(root, path))) return seen;
  const text = readFileSync(join(root, path), "utf8");
  // What the sources load by `import()` is loaded when it is used: a backup starts a thread, and a store that makes none starts nothing.
  const pattern = path.startsWith("src/")
    ? /(?:from|^import) ?"([^"]+)"/gm
    : /(?:from|import\(|^import) ?"([^"]+)"/gm;
  const specifiers = [...text.matchAll(pattern)].map(([, specifier = ""]) => specifier);
  seen.set(path, specifiers);
  for (const specifier of specifiers.filter((one) => one.startsWith("."))) {
    importsOf(join(dirname(path), specifier), seen);
  }
  return seen;
}

const rest = found("{test,examples}/**/*.test.ts").filter(
  (path) => !quickTests.includes(path) && !packageTests.includes(path),
);

/** Tests that start processes and servers. */
export const processTests: readonly string[] = rest.filter((path) => heavyImports(path).length > 0);

/** All others. */
export const sourceTests: readonly string[] = rest.filter((path) => !processTests.includes(path));
