import process from "node:process";
import type { ExportCounts } from "../../export-format/records.ts";
import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { type ParsedArguments, parseArguments } from "../arguments.ts";
import { connectionFlags, connectionOf } from "../operate/http/connection.ts";
import { oneLine } from "../output/one-line.ts";
import { addressList, readIds } from "./address-list.ts";
import { type ExportSource, exportOfFile, exportOfServer } from "./export-source.ts";
import { type ExportTarget, fileTarget, standardOutput } from "./export-target.ts";
import { progressLine, sizeOf } from "./progress-line.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** As shells have it, after Ctrl-C. */
const interrupted = 130;

const [text, flag] = [{ type: "string" }, { type: "boolean" }] as const;
const flags = {
  ...connectionFlags,
  to: text,
  "no-values": flag,
  overwrite: flag,
  json: flag,
  live: flag,
  ids: text,
};

/** `statefun export`: everything that a store has, of its file or of a running server. */
export async function exportCommand(args: readonly string[]): Promise<number> {
  const given = parseArguments(args, flags);
  const to = given.text("to") ?? (process.stdout.isTTY ? undefined : "-");
  if (to === undefined) {
    throw invalid("--to is missing: name the file that the export gets, or - for this terminal");
  }
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(stopped());
  for (const signal of signals) process.once(signal, onSignal);
  try {
    const isFile = to !== "-";
    // What cannot be written is not asked for.
    const target = isFile
      ? await fileTarget(to, given.has("overwrite"), given.positionals[0])
      : standardOutput();
    const source = await sourceOf(given, stop.signal).catch(async (error: unknown) => {
      await target.discard();
      throw error;
    });
    const bytes = await written(source, target, stop.signal);
    const said = summaryOf(source, isFile ? to : undefined, bytes, given.has("json"));
    // What is on standard output is the export alone.
    (isFile ? process.stdout : process.stderr).write(`${said}\n`);
    return 0;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

async function sourceOf(given: ParsedArguments, signal: AbortSignal): Promise<ExportSource> {
  const [file, ...others] = given.positionals;
  const withValues = !given.has("no-values");
  if (others.length > 0) throw invalid("name the file of one store: statefun export FILE");
  if (file === undefined) {
    const ids = given.text("ids");
    const addresses = ids === undefined ? undefined : addressList(await readIds(ids));
    const want = { withValues, isLive: given.has("live"), addresses };
    return exportOfServer(connectionOf(given, process.env), want, signal);
  }
  const remote = ["url", "token", "ids", "live"].find((name) =>
    name === "live" ? given.has(name) : given.text(name) !== undefined,
  );
  if (remote !== undefined) throw invalid(`--${remote} is for a server: leave out ${file}, or it`);
  return exportOfFile(file, withValues);
}

/** Gives how many bytes there were. Nothing is left of what has not come to its end. */
async function written(
  { pieces, counts }: ExportSource,
  target: ExportTarget,
  signal: AbortSignal,
): Promise<number> {
  const line = progressLine();
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted();
      await target.write(piece);
      bytes += piece.length;
      line.show(() => progressOf(counts(), bytes));
    }
    line.clear();
    await target.finish();
    return bytes;
  } catch (error) {
    line.clear();
    await target.discard();
    signal.throwIfAborted();
    throw error;
  }
}

function progressOf(counts: ExportCounts | undefined, bytes: number): string {
  const instances = (counts?.instances ?? 0).toLocaleString("en");
  return `${instances} instances, ${sizeOf(bytes)}`;
}

function summaryOf(
  source: ExportSource,
  path: string | undefined,
  bytes: number,
  isJson: boolean,
): string {
  const { counts, sha256 } = source.end();
  if (isJson)
    return JSON.stringify({ ...(path === undefined ? {} : { path }), bytes, sha256, counts });
  const parts = Object.entries(counts)
    .filter(([name, count]) => count > 0 && name !== "partitions")
    .map(([name, count]) => `${count.toLocaleString("en")} ${wordOf(name, count)}`);
  const what = parts.length === 0 ? "nothing was there" : parts.join(", ");
  return oneLine(`${path === undefined ? "" : `${path}: `}${sizeOf(bytes)}, ${what}`);
}

/** `deadLetters` as people write it. */
function wordOf(name: string, count: number): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return count === 1 ? words.replace(/s$/, "") : words;
}

function stopped(): Error {
  const error = new StateFunError("unavailable", "interrupted: there is no export");
  return Object.assign(error, { exitCode: interrupted });
}
