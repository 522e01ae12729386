import type { Engine } from "../../engine/contract/engine.ts";
import type { DeadRecord, EgressRow, Position } from "../../engine/contract/records.ts";
import type { PartPlace } from "../../engine/mailboxes/instance-parts.ts";
import { waitKept } from "../../host/engine-surface.ts";
import { Deadline } from "../../internal/deadline.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Look, LookWant } from "../../surface/surface-host.ts";
import type { ObjectEngine } from "./object-engine.ts";
import { rpcPage } from "./rpc-page.ts";

type Looked = Pick<ObjectEngine<never>, "use" | "look">;

/** What an object says of an instance: as `SurfaceHost.look`. */
export function partsOf(
  object: Looked,
  to: string,
  address: WireAddress,
  place: PartPlace,
  want: LookWant,
): Promise<Look> {
  return object.look<Look>(to, { mailboxLength: 0, parts: [] }, async (engine) => {
    const { lookAt } = await import("../../host/looks.ts");
    return lookAt(engine, address, place, want);
  });
}

/** A record of a kept egress, with an id that is unique beyond the object. */
type KeptRow = EgressRow & { readonly id: string };

export function withIds({ identity }: Engine, rows: readonly EgressRow[]): readonly KeptRow[] {
  return rows.map((row) => ({ ...row, id: `${identity}-${row.number}` }));
}

/** Records of a kept egress; waits up to this time for the first one. */
export function keptOf(
  object: Looked,
  to: string,
  egress: string,
  { after, limit, waitMs }: { after: Position; limit: number; waitMs: number },
): Promise<readonly KeptRow[]> {
  const read = async (engine: Engine) => {
    if (waitMs > 0) await recordsBehind(engine, egress, after, waitMs);
    const rows = rpcPage((from, count) => engine.kept(egress, from, count), after, limit);
    return withIds(engine, rows);
  };
  return waitMs > 0 ? object.use(to, read) : object.look(to, [], read);
}

export function deadOf(
  object: Looked,
  to: string,
  after: Position,
  limit: number,
  typename: string | undefined,
): Promise<readonly DeadRecord[]> {
  return object.look<readonly DeadRecord[]>(to, [], async (engine) => {
    await engine.flush();
    const read = (from: Position, count: number) => engine.deadLetters(from, count, typename);
    return rpcPage(read, after, limit);
  });
}

/**
 * Waits up to this time for a record after this one. Not for any record: a reader that disconnected without notice
 * would be answered for each record of others.
 */
async function recordsBehind(
  engine: Engine,
  egress: string,
  after: Position,
  waitMs: number,
): Promise<void> {
  const wait = new Deadline(waitMs, undefined, () => undefined);
  try {
    while (!wait.signal.aborted && engine.kept(egress, after, 1).length === 0) {
      await waitKept(engine, egress, after, wait.signal);
    }
  } finally {
    wait.done();
  }
}
