import { adminAddress } from "../../engine/routing/system-addresses.ts";
import { linesOfPart } from "../../export-format/part-lines.ts";
import type { ExportLine } from "../../export-format/records.ts";
import { bytesFromText, textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { ImportPartWant } from "../../surface/admin/moving-host.ts";
import { assertStill } from "../assert-still.ts";
import { homeOf } from "../home-of-line.ts";
import type { Placement } from "../object-names.ts";
import type { ObjectRpc } from "../object-rpc.ts";
import { resultOf } from "../rpc-result.ts";
import { inOrder } from "./in-order.ts";

/** Objects that store at a time. */
const atOnce = 32;
/** Of one RPC, one line beside it that is larger: a window of an object. */
const batchBytes = 1_048_576;
const batchLines = 1_000;

export interface ImportParts {
  readonly placement: Placement;
  readonly isPaused: boolean;
  readonly stub: (name: string, address: WireAddress) => ObjectRpc;
}

interface Batch {
  readonly numbers: number[];
  readonly texts: string[];
  /** In UTF-16 units, of which each is a byte at least. */
  size: number;
}

/** Lines for one object, in their order. */
interface Receiver {
  readonly name: string;
  readonly address: WireAddress;
  readonly batches: Batch[];
}

/** Brings lines of an export to the objects that `placement` names, each once. Gives how many records there were. */
export async function importObjects(
  { placement, isPaused, stub }: ImportParts,
  { sha256, from, isCheck, replace, lines }: ImportPartWant,
): Promise<number> {
  assertStill(isPaused, "an import");
  const receivers = receiversOf(lines, from, placement);
  const done = inOrder(receivers.values(), atOnce, async ({ name, address, batches }) => {
    let records = 0;
    for (const { numbers, texts } of batches) {
      const bytes = bytesFromText(`${texts.join("\n")}\n`);
      const asked = { sha256, numbers, lines: bytes, replace, isCheck };
      await resultOf(() => stub(name, address).move(name, "import", asked));
      records += numbers.length;
    }
    return records;
  });
  let records = 0;
  for await (const count of done) records += count;
  return records;
}

function receiversOf(
  bytes: Uint8Array,
  from: number,
  placement: Placement,
): ReadonlyMap<string, Receiver> {
  const receivers = new Map<string, Receiver>();
  const texts = textFromBytes(bytes).split("\n");
  for (const [index, text] of texts.slice(0, -1).entries()) {
    const number = from + index;
    const address = located(number, () => homeIn(text));
    if (address === undefined) continue;
    const name = located(number, () => placement(address));
    const receiver = receivers.get(name) ?? { name, address, batches: [] };
    receivers.set(name, receiver);
    batchFor(receiver, text).numbers.push(number);
  }
  if (texts.at(-1) === "") return receivers;
  throw new StateFunError("invalid_argument", "the last line must end with a line feed");
}

function batchFor({ batches }: Receiver, text: string): Batch {
  const last = batches.at(-1);
  const isFull =
    last === undefined || last.numbers.length >= batchLines || last.size + text.length > batchBytes;
  const batch = isFull ? { numbers: [], texts: [], size: 0 } : last;
  if (isFull) batches.push(batch);
  batch.texts.push(text);
  batch.size += text.length;
  return batch;
}

/** Undefined for a line without a record, and for what operators did where the export is from: it is not repeated here. */
export function homeIn(text: string): WireAddress | undefined {
  const [line] = linesOfPart(bytesFromText(`${text}\n`));
  if (line === undefined || line.kind === "partition" || isOperators(line)) return undefined;
  return homeOf(line);
}

function isOperators(line: ExportLine): boolean {
  return line.kind === "key" && line.to.function === adminAddress.typename;
}

function located<T>(number: number, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof StateFunError ? cause.code : "invalid_argument";
    const text = `line ${number} of the export: ${reasonOf(cause)}`;
    throw new StateFunError(code, text, { cause });
  }
}
