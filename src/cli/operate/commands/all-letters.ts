import { setTimeout } from "node:timers/promises";
import type { Run } from "../command.ts";
import { exitCodes, Failure, nothing } from "../failure.ts";
import type { Done } from "../http/api.ts";
import { textIn } from "../http/json.ts";
import { rowsOf } from "../http/pages.ts";
import * as words from "../output/words.ts";
import { keyIn, numberIn, randomKey } from "../values.ts";
import { confirm } from "./confirm.ts";
import type { LetterFilter } from "./dead.ts";

/** What is done with dead letters. */
export interface LetterAction {
  readonly kind: "replay" | "discard";
  readonly past: "replayed" | "discarded";
}

/** Letters of one page, which the server does in one piece: others wait for so long. */
const pageSize = 100;
/** Where nothing is done but counted. */
const countSize = 1_000;
/** A page is sent again, with its key, after such waits. */
const retryMs = [200, 1_000, 3_000];

/**
 * All that match and that are there now: later ones stay out, also those that fail again meanwhile. What was done is
 * gone from the list, so the same command goes on where an interrupted one has ended.
 */
export async function replayAll(
  run: Run,
  action: LetterAction,
  filter: LetterFilter,
): Promise<number> {
  const { given, out } = run;
  const key = keyIn(given);
  const bound = given.text("up-to");
  const upTo = bound === undefined ? undefined : numberIn(bound, "--up-to");
  const found = await counted(run, action, filter, upTo);
  if (found.count === 0) throw nothing("no dead letter matches");
  if (given.has("dry-run")) {
    if (out.isJson) await out.json({ dryRun: true, count: found.count, upTo: found.upTo });
    else {
      const text = `${words.counted(found.count, "dead letter")} would be ${action.past}`;
      await out.line(`${text}, up to ID ${found.upTo}`);
    }
    return exitCodes.done;
  }
  if (found.count > 1) {
    await confirm(run, `${words.counted(found.count, "dead letter")} will be ${action.past}`);
  }
  const count = await done(run, action, filter, found.upTo, key);
  if (out.isJson) await out.json({ [action.past]: count, upTo: found.upTo });
  else await out.line(`${action.past} ${words.counted(count, "dead letter")}`);
  return exitCodes.done;
}

interface Found {
  readonly count: number;
  /** The last one that was counted. */
  readonly upTo: string;
}

/** How many match, and which is the last of them. */
async function counted(
  run: Run,
  action: LetterAction,
  filter: LetterFilter,
  upTo: string | undefined,
): Promise<Found> {
  let count = 0;
  let after = "0";
  for (;;) {
    // Each count is one of its own: with the key of an earlier one it would be that one's.
    const page = await once(run, action, randomKey(), {
      ...{ ...filter, after, limit: countSize, dryRun: true },
      ...(upTo === undefined ? {} : { upTo }),
    });
    if (page.next === undefined) {
      if (upTo !== undefined) return { count: count + page.count, upTo };
      // Others come meanwhile: the end is counted as it is read, so that the bound is that of the count.
      const end = await endFrom(run, filter, after);
      return { count: count + end.count, upTo: end.upTo };
    }
    count += page.count;
    after = next(after, page);
  }
}

/** The letters behind one. */
async function endFrom({ api }: Run, filter: LetterFilter, from: string): Promise<Found> {
  const { since, until, ...texts } = filter;
  const query = { ...texts, since: since?.toString(), until: until?.toString() };
  let [count, upTo, after] = [0, from, from];
  for (;;) {
    const path = "/admin/dead-letters";
    const page = await api.read(path, { ...query, after, limit: "1000" });
    const rows = rowsOf(page, "deadLetters", path);
    count += rows.length;
    upTo = textIn(rows.at(-1), "id") ?? upTo;
    const next = textIn(page, "next");
    if (rows.length === 0 || next === undefined || next === after) return { count, upTo };
    after = next;
  }
}

/** Page by page. An end in the middle says what was done, and how to go on. */
async function done(
  run: Run,
  action: LetterAction,
  filter: LetterFilter,
  upTo: string,
  key: string,
): Promise<number> {
  let count = 0;
  let after = "0";
  try {
    for (;;) {
      // The bound is a part of the key: the same command with its key may find more later.
      const own = `${key}/${upTo}/${after}`;
      const page = await paged(run, action, own, { ...filter, after, upTo, limit: pageSize });
      count += page.count;
      if (page.next === undefined) return count;
      after = next(after, page);
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const said = error.message.replace(/; it is unknown whether .*$/s, "");
    const so = `${words.counted(count, "dead letter")} had been ${action.past}`;
    const advice = `repeat the command to continue; with --up-to ${upTo} it leaves out letters that have come since`;
    throw new Failure(error.code, `${said}; ${so}: ${advice}`, { exitCode: error.exitCode });
  }
}

function once(run: Run, { kind }: LetterAction, key: string, body: object): Promise<Done> {
  const { api, given } = run;
  const path = `/admin/dead-letters/${kind}`;
  return api.act({ method: "POST", path, body, key, why: given.text("why") });
}

/** One page, tried again where it is unknown whether it was done: its key keeps it from being done twice. */
async function paged(run: Run, action: LetterAction, key: string, body: object): Promise<Done> {
  const { signal } = run.api;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(run, action, key, body);
    } catch (error) {
      const waitMs = retryMs[attempt];
      const isPassing = error instanceof Failure && error.exitCode === exitCodes.unknown;
      if (!isPassing || waitMs === undefined) throw error;
      await setTimeout(waitMs, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }
}

/** The cursor behind a page: one that does not move would never end. */
function next(after: string, page: Done): string {
  if (page.next !== undefined && Number(page.next) > Number(after)) return page.next;
  const text = `the server gave ${page.next} as the page behind ${after}: it is not a statefun runtime that this version knows`;
  throw new Failure("malformed_request", text, { exitCode: exitCodes.refused });
}
