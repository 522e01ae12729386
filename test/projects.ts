import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";

/**
 * What fills memory or files, or counts to ten thousands: each takes from five seconds to half a minute, and says something about a size alone.
 */
const large = [
  "test/engine/actions/large-reads.test.ts",
  "test/engine/cut-starts.test.ts",
  "test/engine/idle-heap.test.ts",
  "test/engine/large-starts.test.ts",
  "test/engine/sizes.test.ts",
  "test/http/limits.test.ts",
  "test/http/stalled-readers.test.ts",
  "test/property/bounded.test.ts",
  "test/store/added-columns.test.ts",
  "test/store/log-size.test.ts",
  "test/store/names-of-megabytes.test.ts",
  "test/store/object-many.test.ts",
];

/**
 * Folders whose tests start no process and no server, except these files, which do or take a second or more, and those that need a
 * worker of their own.
 */
const folders = ["apps", "engine", "golden", "module", "semantics", "testing-kit", "values"];
const others = new Set([
  ...large,
  "test/engine/actions/held-for-share.test.ts",
  "test/engine/actions/keys.test.ts",
  "test/engine/actions/killed.test.ts",
  "test/engine/actions/letters.test.ts",
  "test/engine/actions/load.test.ts",
  "test/engine/actions/moving-instances.test.ts",
  "test/engine/actions/pausing.test.ts",
  "test/engine/actions/remote.test.ts",
  "test/engine/actions/sending.test.ts",
  "test/engine/actions/states.test.ts",
  "test/engine/actions/waiting.test.ts",
  "test/engine/call-ids.test.ts",
  "test/engine/changed-expiration.test.ts",
  "test/engine/clean-restarts.test.ts",
  "test/engine/closing-process.test.ts",
  "test/engine/closing.test.ts",
  "test/engine/deadly.test.ts",
  "test/engine/directory.test.ts",
  "test/engine/exit-codes.test.ts",
  "test/engine/fairness.test.ts",
  "test/engine/full-partitions.test.ts",
  "test/engine/idempotency.test.ts",
  "test/engine/idle.test.ts",
  "test/engine/killers.test.ts",
  "test/engine/lanes.test.ts",
  "test/engine/older-stores.test.ts",
  "test/engine/own-namespace.test.ts",
  "test/engine/postponed.test.ts",
  "test/engine/record-ids.test.ts",
  "test/engine/recovery.test.ts",
  "test/engine/timers.test.ts",
  "test/engine/turns-of-lists.test.ts",
  "test/engine/unknown-names.test.ts",
  "test/engine/waiting-instances.test.ts",
  "test/module/round-trip.test.ts",
  "test/semantics/broken-on-error.test.ts",
  "test/semantics/state-model.test.ts",
  "test/testing-kit/crashes.test.ts",
  "test/testing-kit/moving.test.ts",
  "test/testing-kit/real-work.test.ts",
  "test/testing-kit/stuck.test.ts",
  "test/values/engines.test.ts",
  "test/values/property.test.ts",
  "test/values/ways-in.test.ts",
]);

const root = fileURLToPath(new URL("..", import.meta.url));

const found = (pattern: string): string[] =>
  globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();

for (const path of others) {
  if (!existsSync(join(root, path)))
    throw new RangeError(`test/projects.ts names ${path}, which is not there`);
}

/** What is said about the package as published: built and packed once, before the first of them, and compiled by all compilers. */
const published = found("test/{package,types}/**/*.test.ts");

/** What starts processes, threads or servers. */
const heavy =
  /^(?:node:(?:child_process|worker_threads|cluster|http|https|http2|net|tls|dgram)|miniflare|wrangler|esbuild|statefun\/node)$/;

/** What changes or measures the whole process: other tests of the same worker would notice, or be noticed. */
const wholeProcess =
  /\bvi\.(?:mock|doMock|hoisted|stubGlobal|stubEnv|resetModules|useFakeTimers|spyOn)\(|\bprocess\.(?:chdir|removeAllListeners|umask|on|once|off|memoryUsage|threadCpuUsage|cpuUsage)\(|\bprocess\.env\S* = |\bglobalThis\.\w+ = |\bDate\.now = |setFlagsFromString\(/;

/** Whether a test needs a worker of its own, for itself or for what it imports of the tests. */
export function needsOwnWorker(test: string): boolean {
  return [...importsOf(test).keys()].some(
    (path) => path.startsWith("test/") && wholeProcess.test(readFileSync(join(root, path), "utf8")),
  );
}

const quick = found(`test/{${folders.join(",")}}/**/*.test.ts`).filter(
  (path) => !others.has(path) && !needsOwnWorker(path),
);

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

/** Hundreds of random programs, each with crashes at every boundary: a quarter of the time of all tests that start no process. */
const simulated = found("test/simulation/**/*.test.ts");

const rest = found("{test,examples}/**/*.test.ts").filter(
  (path) => ![quick, published, simulated].some((others) => others.includes(path)),
);
const startsSome = (path: string): boolean => heavyImports(path).length > 0;
const calm = rest.filter((path) => !startsSome(path) && !large.includes(path));

/** Which test files each project of vitest has, as paths from the root. */
export const projects = {
  /** `npm run test:quick`: the loop of whoever changes the core or the engine. */
  quick,
  /** With `quick` and `alone` this is `npm test`. */
  source: calm.filter((path) => !needsOwnWorker(path)),
  /** Each in a worker of its own. */
  alone: calm.filter(needsOwnWorker),
  /** `npm run test:large`: heaps, starts and files of large sizes. */
  large,
  /** `npm run test:simulation`. */
  simulation: simulated,
  /** `npm run test:processes`: tests that start processes and servers. */
  processes: rest.filter((path) => startsSome(path) && !large.includes(path)),
  /** `npm run test:package`. */
  package: published,
} as const satisfies Readonly<Record<string, readonly string[]>>;
