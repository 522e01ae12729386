import type { StoredCell } from "../../../engine/contract/records.ts";
import type { StoreSnapshot } from "../../../engine/contract/snapshot.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { show } from "../../../internal/show.ts";
import type { WireAddress } from "../../../model/invocation.ts";
import { Damage, stateDamaged } from "../../damage.ts";
import {
  type ListedInstance,
  ListedSnapshot,
  type SourcePosition,
} from "../../snapshot/listed-snapshot.ts";
import { ObjectAccepted } from "../object-accepted.ts";
import { recordIn } from "../object-codec.ts";
import { ObjectDead } from "../object-dead.ts";
import { ObjectEgress } from "../object-egress.ts";
import { ObjectKept } from "../object-kept.ts";
import { addressIn, endOfText, keyOf, textAt } from "../object-keys.ts";
import { expiring, position, state } from "../object-kinds.ts";
import { ObjectMessages } from "../object-messages.ts";
import { ObjectPaused } from "../object-paused.ts";
import type { ObjectProgress } from "../object-progress.ts";
import { ObjectTimers } from "../object-timers.ts";
import type { ObjectTimes } from "../object-times.ts";
import { ObjectRecords } from "../rows/object-records.ts";
import { type ObjectRow, timeOf } from "../rows/object-row.ts";
import type { ObjectRows } from "../rows/object-rows.ts";

interface Parts {
  readonly rows: ObjectRows;
  readonly times: ObjectTimes;
  readonly progress: ObjectProgress;
}

/** All rows, read at once: an object has few. What cannot be read is thrown, and not put aside as elsewhere. */
export function snapshotOf(
  { rows, times, progress }: Parts,
  known: readonly WireAddress[],
  isNeeded: (cell: number) => boolean,
): StoreSnapshot {
  const records = new ObjectRecords(rows, new Damage(rows.driver, undefined));
  const { time, lastNumber } = progress.read();
  return new ListedSnapshot({
    time,
    lastNumber,
    instances: instancesIn(rows, known, isNeeded),
    messages: new ObjectMessages(records).all(),
    timers: new ObjectTimers(records, times).all(),
    records: [...new ObjectEgress(records).all(), ...new ObjectKept(records, times).all()],
    dead: new ObjectDead(records).all(),
    accepted: new ObjectAccepted(records, times).all(),
    positions: records.every(position, positionOf),
    paused: new ObjectPaused(records).all(),
  });
}

function instancesIn(
  rows: ObjectRows,
  known: readonly WireAddress[],
  isNeeded: (cell: number) => boolean,
): ListedInstance[] {
  const byKey = new Map(
    known.map((address) => [nameOfKey(keyOf(address.typename, address.id)), address]),
  );
  const found = new Map<string, { address: WireAddress; states: Map<string, StoredCell> }>();
  for (const kind of [state, expiring]) {
    for (const stored of rows.read(kind, { after: Uint8Array.of(0) })) {
      const row = rows.whole(kind, stored);
      const key = row.key.subarray(0, endOfText(row.key, endOfText(row.key, 0)));
      const name = nameOfKey(key);
      const address = found.get(name)?.address ?? byKey.get(name) ?? addressIn(key);
      if (address === undefined) {
        if (!isNeeded(timeOf(row.number))) continue;
        throw unnamed(rows.driver.name);
      }
      const instance = found.get(name) ?? { address, states: new Map() };
      found.set(name, instance);
      addState(rows.driver.name, instance, row);
    }
  }
  return Array.from(found.values(), ({ address, states }) =>
    Array.from(states, ([name, cell]) => ({ ...cell, address, name })),
  );
}

function addState(
  store: string,
  { address, states }: { address: WireAddress; states: Map<string, StoredCell> },
  row: ObjectRow,
): void {
  try {
    const reader = recordIn(row.data);
    const cell = timeOf(row.number);
    states.set(reader.text(8), { cell, value: reader.value(), expiresAt: row.at });
  } catch (error) {
    throw stateDamaged(store, address, error);
  }
}

function positionOf({ key, data }: ObjectRow): SourcePosition {
  const source = textAt(key, 0);
  if (source === undefined) throw unnamed("a position");
  return { source, position: recordIn(data).text(1) };
}

function nameOfKey(key: Uint8Array): string {
  return key.join();
}

/** A digest in its key is all that a row has of a name of more than 256 bytes. */
function unnamed(what: string): StateFunError {
  const text = `${show(what)} has a name of more than 256 bytes that is not stored: its instance cannot be exported`;
  return new StateFunError("unsupported", text);
}
