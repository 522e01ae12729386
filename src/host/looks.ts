import type { Engine } from "../engine/contract/engine.ts";
import type { DeadRecord, EgressRow, Position } from "../engine/contract/records.ts";
import { type InstancePart, type PartPlace, partAt } from "../engine/mailboxes/instance-parts.ts";
import { gathered } from "../engine/views/gathered.ts";
import type { WireAddress } from "../model/invocation.ts";
import { messageBytes } from "../model/message-bytes.ts";
import type { Look, LookWant } from "../surface/surface-host.ts";

/** As `SurfaceHost.kept`, of one engine. */
export function lookAtKept(
  engine: Engine,
  egress: string,
  after: Position,
  limit: number,
  maxBytes: number,
): Promise<readonly EgressRow[]> {
  return gathered<EgressRow>(
    limit,
    maxBytes,
    ({ argument, from }) => messageBytes(argument, from),
    (last) => engine.kept(egress, last?.number ?? after, 1)[0],
  );
}

/** As `SurfaceHost.deadLetters`. */
export async function lookAtDead(
  engine: Engine,
  after: Position,
  limit: number,
  typename: string | undefined,
  maxBytes: number,
): Promise<readonly DeadRecord[]> {
  await engine.flush();
  const records = await gathered<DeadRecord>(
    limit,
    maxBytes,
    ({ argument, target }) => messageBytes(argument, target),
    (last) => engine.deadLetters(last?.number ?? after, 1, typename)[0],
  );
  await engine.flush();
  return records;
}

/** As `SurfaceHost.look`. */
export async function lookAt(
  engine: Engine,
  address: WireAddress,
  place: PartPlace,
  { isExact = false, limit, maxBytes }: LookWant,
): Promise<Look> {
  const parts = await gathered<InstancePart>(
    isExact ? 1 : limit,
    maxBytes,
    ({ value }) => messageBytes(value),
    (last) => partAt(engine.partition, address, last ?? place, isExact),
  );
  const mailboxLength = engine.partition.mailboxes.lengthOf(address);
  // Nothing is shown that a crash could take back.
  await engine.flush();
  return { mailboxLength, parts };
}
