import { type EgressRow, isKept } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import { ObjectGroups } from "./object-groups.ts";
import { keyOf, numberBehind } from "./object-keys.ts";
import { egress } from "./object-kinds.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import type { ObjectRow, RowParts } from "./rows/object-row.ts";

/** Records on their way out. */
export class ObjectEgress {
  readonly #records: ObjectRecords;
  readonly #groups: ObjectGroups;

  constructor(records: ObjectRecords) {
    this.#records = records;
    this.#groups = new ObjectGroups(records.rows, egress);
  }

  unsentEgresses(): string[] {
    return this.#groups.names();
  }

  unsent(name: string, after: number, limit: number): EgressRow[] {
    return this.#records.page(egress, egressOf, keyOf(name), after, limit);
  }

  all(): EgressRow[] {
    return this.#records.every(egress, egressOf);
  }

  apply({ egress: { added, removed } }: CommitWindow): void {
    for (const number of removed) this.#groups.remove(number);
    for (const record of added) {
      if (isKept(record)) continue;
      this.#groups.add(record.egress, record.number, "egress record", egressTo(record));
    }
  }
}

/**
 * | field | what |
 * |---|---|
 * | 1, 2 | the sender |
 * | 5 to 7 | the value |
 * | 8 | the egress |
 */
export function egressTo({ egress: name, from, argument, expiresAt }: EgressRow): RowParts {
  return {
    at: expiresAt,
    data: new RecordWriter().text(8, name).address(1, from).value(argument).done(),
  };
}

export function egressOf({ key, at, data }: ObjectRow): EgressRow {
  const reader = recordIn(data);
  const name = reader.text(8);
  return {
    number: numberBehind(keyOf(name), key),
    egress: name,
    from: reader.address(1),
    argument: reader.value(),
    expiresAt: at,
  };
}
