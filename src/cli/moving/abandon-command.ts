import { existsSync } from "node:fs";
import process from "node:process";
import { invalid } from "../../internal/assert.ts";
import { randomName } from "../../internal/random-name.ts";
import { show } from "../../internal/show.ts";
import { sqliteStore } from "../../store/file/sqlite-store.ts";
import type { ParsedArguments } from "../arguments.ts";
import { countOf, failureOf } from "../operate/http/answer-error.ts";
import { type Connection, connectionOf } from "../operate/http/connection.ts";
import { oneLine } from "../output/one-line.ts";
import { type AbandonedObjects, abandonInObjects } from "./abandon-objects.ts";
import { answeredInLines } from "./answer-in-lines.ts";
import { hasObjects } from "./import-objects.ts";
import { interruptible } from "./interruptible.ts";
import { openStore } from "./open-store.ts";
import { randomBytes } from "./random-bytes.ts";

const ofObjects = ["from", "digest", "ids"];

/** `statefun import --abandon`: what an import has written that cannot be completed is taken away, from a FILE or by a server. */
export async function abandonCommand(given: ParsedArguments): Promise<number> {
  const [file, ...others] = given.positionals;
  const isIn = (name: string): boolean => given.texts(name).length > 0;
  const stray = ["replace", "dry-run"].find((name) => given.has(name));
  if (stray !== undefined) throw invalid(`--abandon does not go with --${stray}: leave it out`);
  if (others.length > 0) {
    throw invalid("name the file of one store: statefun import FILE --abandon");
  }
  const said = file === undefined ? await ofServer(given) : await ofFile(file, isIn);
  process.stdout.write(`${given.has("json") ? JSON.stringify(said) : oneLine(textOf(said))}\n`);
  return 0;
}

interface Abandoned extends Partial<AbandonedObjects> {
  /** Whether there was an unfinished import. */
  readonly abandoned: boolean;
}

function textOf({ abandoned, objects, asked = 0 }: Abandoned): string {
  if (objects === undefined) {
    return abandoned ? "abandoned: nothing of the import is left" : "no import is unfinished";
  }
  const all = asked.toLocaleString("en");
  if (!abandoned) return `nothing of this import is in any of the ${all} objects that were asked`;
  const those = objects.toLocaleString("en");
  return `abandoned: nothing of the import is left in the ${those} objects that had some of it, of ${all} that were asked`;
}

async function ofFile(file: string, isIn: (name: string) => boolean): Promise<Abandoned> {
  const more = ["url", "token", "http-header", ...ofObjects].find(isIn);
  if (more !== undefined) {
    throw invalid(`--abandon of a FILE needs nothing else: leave out --${more}`);
  }
  if (!existsSync(file)) {
    throw invalid(`the store ${show(file)} cannot be found: statefun import FILE --abandon`);
  }
  const runtime = await openStore(sqliteStore(file));
  try {
    return { abandoned: await runtime.abandonImport() };
  } finally {
    await runtime.close();
  }
}

async function ofServer(given: ParsedArguments): Promise<Abandoned> {
  const connection = connectionOf(given, process.env);
  return interruptible("what is left is abandoned by the same command", async (signal) => {
    if (!(await hasObjects(connection, signal))) return ofStore(connection, given, signal);
    const [from, digest, ids] = ofObjects.map((name) => given.text(name));
    const found = await abandonInObjects({ connection, from, digest, ids, signal });
    return { abandoned: found.objects > 0, ...found };
  });
}

async function ofStore(
  connection: Connection,
  given: ParsedArguments,
  signal: AbortSignal,
): Promise<Abandoned> {
  const more = ofObjects.find((name) => given.text(name) !== undefined);
  if (more !== undefined) {
    throw invalid(`the server knows its unfinished import: leave out --${more}`);
  }
  const headers = new Headers({
    accept: "application/x-ndjson, application/json",
    "statefun-admin": "1",
    "idempotency-key": randomName(randomBytes),
  });
  const asked = { method: "POST", path: "/admin/import/abandon", headers, signal } as const;
  const answer = await answeredInLines(
    connection,
    asked,
    () => {},
    "it may go on there, so repeat the command, which completes it",
  );
  if (answer.response.status !== 200) throw await failureOf(connection, answer);
  return { abandoned: (await countOf(answer, "count")) > 0 };
}
