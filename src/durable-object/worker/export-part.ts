import { linesOfPart } from "../../export-format/part-lines.ts";
import type { ExportedFunction } from "../../export-format/records.ts";
import { formatVersion } from "../../export-format/records.ts";
import {
  createExportWriter,
  streamOfPieces,
  type WrittenLine,
} from "../../export-format/writer.ts";
import { platformSha256 } from "../../host/moving/platform-sha256.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { ExportedPage, ObjectMoves, Settled } from "../moving-rpc.ts";
import { platformErrorOf, resultOf } from "../rpc-result.ts";
import type { ExportedObject } from "./exported-objects.ts";
import { inOrder } from "./in-order.ts";
import type { ObjectRpc } from "../object-rpc.ts";

/** Objects that are asked at a time, and pages of theirs in memory. */
const atOnce = 32;
/** How often an object is asked whose process or code ends meanwhile: one of very many does not end the export of all. */
const mostTries = 3;

export interface PartWant {
  readonly objects: readonly ExportedObject[];
  /** Whether there are others behind them. */
  readonly hasMore: boolean;
  readonly isLive: boolean;
  readonly values: boolean;
  /** The moment of an export of which this is not the first part. */
  readonly since: number | undefined;
  readonly functions: readonly ExportedFunction[];
  readonly stub: (object: ExportedObject) => ObjectRpc;
}

/** A part of an export. Rejects, before anything is given, where it cannot be one of one moment. */
export async function exportPart(want: PartWant): Promise<ReadableStream<Uint8Array>> {
  const { isLive, since } = want;
  // Behind the first part it counts whether there was mail: one that is asked again would not know.
  const tries = isLive || since === undefined ? mostTries : 1;
  const settled = await settledObjects(want, tries);
  if (!isLive && since !== undefined && settled.some(({ hadMail }) => hadMail)) {
    const text =
      "messages were still on their way when the export began, and have arrived by now: export again, from the first part on";
    throw new StateFunError("conflict", text);
  }
  const latest = settled.reduce((time, one) => Math.max(time, one.time), Date.now());
  return streamOfPieces(piecesOf(want, since ?? latest));
}

async function* piecesOf(
  want: PartWant,
  since: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { objects, functions, hasMore } = want;
  const writer = createExportWriter({ digest: platformSha256() });
  yield writer.lines([
    {
      ...{ kind: "statefun-export", version: formatVersion, engine: "durable-objects" },
      ...{ time: since, functions },
    },
  ]);
  const session = crypto.randomUUID();
  const pageOf = (object: ExportedObject, page: number): Promise<ExportedPage> => {
    const { isLive, values } = want;
    const { known } = object;
    // Nothing was given of an object before its first page.
    const tries = page === 0 ? mostTries : 1;
    const asked = { session, page, isLive, since, values, known };
    return insisting(tries, () => move(want, object, "export", asked));
  };
  const firsts = inOrder(objects, atOnce, async (object) => ({
    object,
    page: await pageOf(object, 0),
  }));
  for await (const { object, page } of firsts) {
    let { lines, isLast } = page;
    // An object that has nothing but its number is no partition.
    let held: readonly WrittenLine[] = [];
    for (let next = 1; ; next++) {
      const read = [...held, ...written(lines)];
      held = read.length === 1 && next === 1 ? read : [];
      if (held.length === 0 && read.length > 0) yield writer.lines(read);
      if (isLast) break;
      ({ lines, isLast } = await pageOf(object, next));
    }
  }
  yield hasMore ? writer.more(objects.at(-1)?.name ?? "") : writer.end();
}

function written(lines: Uint8Array): WrittenLine[] {
  if (lines.length === 0) return [];
  // Nothing else comes from an object.
  return linesOfPart(lines) as WrittenLine[];
}

function move<K extends keyof ObjectMoves>(
  { stub }: Pick<PartWant, "stub">,
  object: ExportedObject,
  kind: K,
  given: ObjectMoves[K]["asked"],
): Promise<ObjectMoves[K]["answer"]> {
  return resultOf(() => stub(object).move(object.name, kind, given));
}

async function settledObjects(want: PartWant, tries: number): Promise<Settled[]> {
  const { objects, isLive } = want;
  const answers: Settled[] = [];
  const all = inOrder(objects, atOnce, (object) =>
    insisting(tries, () => move(want, object, "settle", { isLive })),
  );
  for await (const answer of all) answers.push(answer);
  return answers;
}

/** Asks again where the platform has ended the object. What the object refuses, it would refuse again. */
async function insisting<T>(tries: number, ask: () => Promise<T>): Promise<T> {
  for (let left = tries - 1; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || platformErrorOf(error) === undefined) throw error;
    }
  }
}
