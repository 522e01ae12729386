import { assertInteger, invalid, isRecord } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import { isAddress, isText } from "../../model/guards.ts";
import type {
  AbandonAsked,
  AbandonedNote,
  ExportAsked,
  ImportAsked,
  ObjectMoves,
} from "../moving-rpc.ts";
import { exportedPage } from "./export-page.ts";
import { abandonHere, noteAbandoned } from "./abandon-here.ts";
import { importLines } from "./import-lines.ts";
import type { Moved } from "./moved.ts";
import { settle } from "./settle.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Answers the Worker that moves data. What comes by RPC is what another process says: looked at before anything of it is used. */
export async function objectMove<K extends keyof ObjectMoves>(
  moved: Moved,
  kind: K,
  asked: unknown,
): Promise<ObjectMoves[K]["answer"]> {
  if (!isRecord(asked)) throw invalid(`what is asked for must be an object, got ${show(asked)}`);
  const work = moves[kind];
  if (work === undefined) {
    throw invalid(`an object cannot be asked for ${show(kind)}: it may be of older code`);
  }
  // By the same kind.
  return work(moved, asked) as Promise<ObjectMoves[K]["answer"]>;
}

const moves: {
  readonly [K in keyof ObjectMoves]: (
    moved: Moved,
    asked: Fields,
  ) => Promise<ObjectMoves[K]["answer"]>;
} = {
  settle: (moved, { isLive }) => settle(moved, isLive === true),
  export: (moved, asked) => exportedPage(moved, exportAsked(asked)),
  import: (moved, asked) => importLines(moved, importAsked(asked)),
  abandon: (moved, asked) => abandonHere(moved, abandonAsked(asked)),
  noteAbandoned: (moved, asked) => noteAbandoned(moved, noteAsked(asked)),
};

function exportAsked({ session, page, isLive, since, values, known }: Fields): ExportAsked {
  if (!isText(session)) throw invalid(`session must be a text, got ${show(session)}`);
  assertInteger(page, "page", 0);
  assertInteger(since, "since", 0);
  if (!Array.isArray(known) || !known.every(isAddress)) throw invalid("known must be addresses");
  return { session, page, since, known, isLive: isLive === true, values: values === true };
}

function importAsked({ sha256, numbers, lines, replace, isCheck }: Fields): ImportAsked {
  if (!isText(sha256)) throw invalid(`sha256 must be a text, got ${show(sha256)}`);
  if (!(lines instanceof Uint8Array)) throw invalid(`lines must be bytes, got ${show(lines)}`);
  if (!Array.isArray(numbers)) throw invalid(`numbers must be a list, got ${show(numbers)}`);
  let last = 0;
  for (const number of numbers) {
    assertInteger(number, "the number of a line", last + 1);
    last = Number(number);
  }
  return { sha256, numbers, lines, replace: replace === true, isCheck: isCheck === true };
}

function abandonAsked({ sha256, isCheck }: Fields): AbandonAsked {
  if (!isText(sha256)) throw invalid(`sha256 must be a text, got ${show(sha256)}`);
  return { sha256, isCheck: isCheck === true };
}

function noteAsked({ who, why, sha256, count, key }: Fields): AbandonedNote {
  if (!isText(sha256)) throw invalid(`sha256 must be a text, got ${show(sha256)}`);
  if (!isText(who)) throw invalid(`who must be a text, got ${show(who)}`);
  if (why !== undefined && !isText(why)) throw invalid(`why must be a text, got ${show(why)}`);
  if (key !== undefined && !isText(key)) throw invalid(`key must be a text, got ${show(key)}`);
  assertInteger(count, "count", 0);
  return { who, why, sha256, count, key };
}
