import type { Engine } from "../../engine/contract/engine.ts";
import { adminAddress } from "../../engine/routing/system-addresses.ts";
import type { WrittenLine } from "../../export-format/writer.ts";
import { keptEgresses } from "../../host/engine-surface.ts";
import { noReadables, partitionLines } from "../../host/moving/partition-lines.ts";
import { readablesOf } from "../../host/moving/readables.ts";
import { bytesFromText, joined } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { assertStill } from "../assert-still.ts";
import type { ExportAsked, ExportedPage } from "../moving-rpc.ts";
import { changedAt, type Moved } from "./moved.ts";
import { drained } from "./settle.ts";

/** Of one page, one piece of lines beside it: the platform takes 32 MiB in an RPC. */
const pageBytes = 1_048_576;

const nothing: ExportedPage = { lines: new Uint8Array(0), isLast: true };

/** An export that was begun. It is of one moment, whatever the object does meanwhile; it goes with the object. */
interface Session {
  readonly name: string;
  readonly lines: AsyncGenerator<readonly WrittenLine[], void, undefined>;
  next: number;
}

const sessions = new WeakMap<Moved["engine"], Session>();

export function exportedPage(moved: Moved, asked: ExportAsked): Promise<ExportedPage> {
  const { engine: object, to } = moved;
  return object.look<ExportedPage>(to, nothing, async (engine) => {
    const known = sessions.get(object);
    const { session: name, page } = asked;
    if (page === 0) {
      const lines = await begun(moved, engine, asked);
      const session = { name, lines, next: 0 };
      sessions.set(object, session);
      return nextPage(object, session);
    }
    if (known?.name === name && known.next === page) return nextPage(object, known);
    const text = `object ${show(to)} was ended by the platform while it was exported: continue the export after the partition before it`;
    throw new StateFunError("unavailable", text);
  });
}

async function nextPage(object: Moved["engine"], session: Session): Promise<ExportedPage> {
  session.next++;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < pageBytes) {
    const { done, value } = await session.lines.next();
    if (done === true) {
      sessions.delete(object);
      return { lines: joined(pieces), isLast: true };
    }
    const text = value
      .filter((line) => !isOperators(line))
      .map((line) => `${JSON.stringify(line)}\n`)
      .join("");
    const piece = bytesFromText(text);
    pieces.push(piece);
    bytes += piece.length;
  }
  return { lines: joined(pieces), isLast: false };
}

/** Keys of what operators did with this object, and of imports: they mean nothing elsewhere. */
function isOperators(line: WrittenLine): boolean {
  return line.kind === "key" && line.to.function === adminAddress.typename;
}

async function begun(
  { application, to }: Moved,
  engine: Engine,
  { isLive, since, values, known }: ExportAsked,
): Promise<Session["lines"]> {
  if (!isLive) assertStill(engine.partition.hold.isPaused, "an export of one moment");
  const { partition } = engine;
  await engine.flush();
  if (isLive) await drained(partition, to);
  await engine.flush();
  if (!isLive && changedAt(engine) > since) {
    const text = `object ${show(to)} has changed since the export began, so the export is not of one moment: export again while nothing is sent, or use live`;
    throw new StateFunError("conflict", text);
  }
  const snapshot = await partition.options.store.snapshot?.(known);
  if (snapshot === undefined) {
    throw new StateFunError("unsupported", "this object cannot be read at one moment");
  }
  const { functions, bindings } = application;
  const kept = keptEgresses(bindings);
  const readables = readablesOf({
    functionOf: (typename) => functions.get(typename),
    functions: () => [],
    keptEgress: (egress) => kept.get(egress),
  });
  return partitionLines(snapshot, to, values ? readables : noReadables, () => undefined);
}
