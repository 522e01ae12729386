import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { invalid, isRecord } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { Egress } from "../../sdk/egress/egress.ts";
import type { AnyModule } from "../../sdk/functions/function-table.ts";
import { addLoaded } from "../supervisor/loaded-files.ts";
import { loadFailure } from "./load-failure.ts";

/** What an entry contributes: modules, and options of `createRuntime` beside them. */
export interface Entry {
  readonly modules: readonly AnyModule[];
  /** Without `modules`; the runtime checks them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Egresses that the entry exports: known before their first record. */
  readonly egresses: readonly Egress<never, unknown>[];
}

const places = ["functions", "src/functions", "index", "src/index"];
const extensions = [".ts", ".mts", ".js", ".mjs"];

/** The entry file, with its full path. Throws `invalid_argument` when there is none. */
export function findEntry(given: string | undefined): string {
  const candidates = places.flatMap((place) => extensions.map((extension) => place + extension));
  const path = given ?? candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw invalid(
      "found no functions.ts, src/functions.ts, index.ts or src/index.ts: name the entry file",
    );
  }
  if (!existsSync(path)) throw invalid(`file ${path} does not exist`);
  if (!statSync(path).isFile()) throw invalid(`${path} is not a file`);
  assertRunnable(path);
  return resolve(path);
}

function assertRunnable(path: string): void {
  if (!/\.[cm]?[jt]s$/.test(path)) {
    throw invalid(`${path} must be a TypeScript or JavaScript file: .ts, .mts, .js or .mjs`);
  }
  // Node's own name for it. A loader from outside, as `--import tsx`, may know TypeScript too.
  const strips = Object(process.features).typescript;
  const hasLoader = /(?:--import|--loader|--require|-r)\b/.test(
    `${process.execArgv.join(" ")} ${process.env["NODE_OPTIONS"] ?? ""}`,
  );
  if (/ts$/.test(path) && !strips && !hasLoader) {
    throw invalid(
      `Node ${process.version} does not run TypeScript: use Node 22.18 or later, or name the compiled JavaScript instead of ${path}`,
    );
  }
}

/** Runs the file, and takes what it exports. Throws one line that says where in the user's own files it failed. */
export async function loadEntry(path: string, name: string): Promise<Entry> {
  // The loader would name a file of ours that imports it.
  if (!existsSync(path)) {
    throw new StateFunError("module_invalid", `file ${name} does not exist any more`);
  }
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(path).href);
  } catch (error) {
    throw loadFailure(error, path);
  }
  addLoaded(path);
  return entryFrom(exported, name);
}

/** The default export first: what it is decides. */
function entryFrom(exported: Readonly<Record<string, unknown>>, name: string): Entry {
  const values = Object.values(exported);
  const egresses = [...new Set(values.filter(isEgress))];
  const given = exported["default"];
  if (isRecord(given) && !isModule(given) && "modules" in given) {
    const { modules, ...options } = given;
    if (!Array.isArray(modules) && !isModule(modules)) {
      throw invalid(`modules of ${name} must be a module or a list, got ${show(modules)}`);
    }
    return { modules: [modules].flat() as AnyModule[], options, egresses };
  }
  const modules = [...new Set(values.flat().filter(isModule))];
  if (modules.length > 0) return { modules, options: {}, egresses };
  const names = Object.keys(exported);
  const has = names.length === 0 ? "nothing" : names.join(", ");
  throw invalid(
    `${name} must export functions: a StatefulFunctions, a module or the options of createRuntime; it exports ${has}`,
  );
}

function isEgress(value: unknown): value is Egress<never, unknown> {
  return isRecord(value) && "~format" in value;
}

function isModule(value: unknown): value is AnyModule {
  return isRecord(value) && typeof value["~module"] === "string";
}
