import { existsSync, openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import process from "node:process";
import type { ImportRequest } from "../../host/moving/imports.ts";
import type { ImportSummary } from "../../host/moving.ts";
import { invalid } from "../../internal/assert.ts";
import { peek, reasonOf, show } from "../../internal/show.ts";
import { sqliteStore } from "../../store/file/sqlite-store.ts";
import { memoryStore } from "../../store/memory/memory-store.ts";
import type { Store } from "../../store/store-handle.ts";
import { type ParsedArguments, parseArguments } from "../arguments.ts";
import { failureOf, jsonIn, strange } from "../operate/http/answer-error.ts";
import { type Connection, connectionFlags, connectionOf } from "../operate/http/connection.ts";
import { oneLine } from "../output/one-line.ts";
import { abandonCommand } from "./abandon-command.ts";
import { answeredInLines } from "./answer-in-lines.ts";
import { checkedFile, piecesOf } from "./export-file.ts";
import { hasObjects, intoObjects } from "./import-objects.ts";
import { interruptible } from "./interruptible.ts";
import { openStore } from "./open-store.ts";
import { progressLine, sizeOf } from "./progress-line.ts";

const [text, flag] = [{ type: "string" }, { type: "boolean" }] as const;
const importFlags = { from: text, replace: flag, "dry-run": flag, json: flag };
const abandonFlags = { abandon: flag, digest: text, ids: text };
const flags = { ...connectionFlags, ...importFlags, ...abandonFlags };

type Progress = (what: string, bytes: number) => void;

/** `statefun import`: an export into the file of a store that nothing uses, or into a running server. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const given = parseArguments(args, flags);
  if (given.has("abandon")) return abandonCommand(given);
  const stray = ["digest", "ids"].find((name) => given.text(name) !== undefined);
  if (stray !== undefined) throw invalid(`--${stray} goes with --abandon: leave it out`);
  const from = given.text("from");
  if (from === undefined) throw invalid("--from is missing: name the file of the export");
  const total = await sizeOfFile(from);
  const line = progressLine();
  const progress: Progress = (what, bytes) => {
    line.show(() => {
      const percent = Math.floor((bytes / Math.max(total, 1)) * 100);
      return `${what}: ${percent} % of ${sizeOf(total)}`;
    });
  };
  try {
    const hint = "what was written is completed by the same command";
    const summary = await interruptible(hint, (signal) => imported(given, from, signal, progress));
    line.clear();
    const isDryRun = given.has("dry-run");
    const said = given.has("json") ? JSON.stringify(summary) : saidOf(summary, isDryRun);
    process.stdout.write(`${said}\n`);
    return 0;
  } catch (error) {
    line.clear();
    throw error;
  }
}

function imported(
  given: ParsedArguments,
  from: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<ImportSummary> {
  const [file, ...others] = given.positionals;
  const request = { replace: given.has("replace"), isDryRun: given.has("dry-run") };
  if (others.length > 0) {
    throw invalid("name the file of one store: statefun import FILE --from EXPORT");
  }
  if (file === undefined) {
    return intoServer(connectionOf(given, process.env), from, request, signal, progress);
  }
  const remote = ["url", "token"].find((name) => given.text(name) !== undefined);
  if (remote !== undefined)
    throw invalid(`--${remote} is for a server: leave out ${file} or --${remote}`);
  return intoFile(file, from, { ...request, signal }, progress);
}

/** A store that is not there is made for an export that is whole, and not for a look. */
async function intoFile(
  file: string,
  from: string,
  request: ImportRequest & { readonly signal: AbortSignal },
  progress: Progress,
): Promise<ImportSummary> {
  if (existsSync(file)) return intoStore(sqliteStore(file), from, request, progress);
  if (request.isDryRun) return intoStore(memoryStore(), from, request, progress);
  await checkedFile(from, request.signal, progress);
  return intoStore(sqliteStore(file), from, request, progress);
}

async function intoStore(
  store: Store,
  from: string,
  request: ImportRequest,
  progress: Progress,
): Promise<ImportSummary> {
  const runtime = await openStore(store);
  try {
    const options: ImportRequest = {
      ...request,
      onProgress: ({ phase, bytes }) => progress(phase === "check" ? "checked" : "written", bytes),
    };
    return await runtime.import(piecesOf(from), options);
  } finally {
    await runtime.close();
  }
}

/** What is not whole is not sent. */
async function intoServer(
  connection: Connection,
  from: string,
  { replace = false, isDryRun = false }: ImportRequest,
  signal: AbortSignal,
  progress: Progress,
): Promise<ImportSummary> {
  const end = await checkedFile(from, signal, progress);
  const { sha256 } = end;
  if (await hasObjects(connection, signal)) {
    const want = { connection, end, replace, isDryRun, signal, progress };
    return intoObjects(want, () => piecesOf(from));
  }
  const query = { replace: `${replace}`, dryRun: `${isDryRun}` };
  const headers = new Headers({
    "content-type": "application/x-ndjson",
    // A large one takes longer than `fetch` waits for the head of an answer.
    accept: "application/x-ndjson, application/json",
    "statefun-admin": "1",
    "idempotency-key": sha256,
  });
  progress("sent", 0);
  const body = await openAsBlob(from);
  const asked = { method: "POST", path: "/admin/import", query, headers, body, signal } as const;
  const answer = await answeredInLines(
    connection,
    asked,
    (bytes) => progress("written", bytes),
    "the import may go on there, so repeat the command, which completes it",
  );
  if (answer.response.status !== 200) throw await failureOf(connection, answer);
  const summary = jsonIn(answer.bytes);
  if (peek(summary, "sha256") !== sha256) throw await strange(answer);
  return summary as ImportSummary;
}

async function sizeOfFile(path: string): Promise<number> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw invalid(
      `--from must name a file that can be read, got ${show(path)}: ${reasonOf(cause)}`,
    );
  });
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw invalid(`--from must name a file, got the folder ${show(path)}`);
    return found.size;
  } finally {
    await file.close();
  }
}

function saidOf({ sha256, isDuplicate, ...counts }: ImportSummary, isDryRun: boolean): string {
  if (isDuplicate) {
    const hint = "to go back to it, import it into a new store";
    return oneLine(`nothing was done: the export ${sha256} was imported before; ${hint}`);
  }
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count.toLocaleString("en")} ${wordOf(name, count)}`);
  const what = parts.length === 0 ? "nothing was in it" : parts.join(", ");
  return oneLine(`${isDryRun ? "could be imported: " : ""}${what}`);
}

/** `deadLetters` as people write it. */
function wordOf(name: string, count: number): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return count === 1 ? words.replace(/s$/, "") : words;
}
