import { string } from "statefun";
import type { Untaken } from "../../src/engine/contract/lanes.ts";
import type { EgressTarget, EngineOptions } from "../../src/engine/contract/options.ts";
import type { EgressRow } from "../../src/engine/contract/records.ts";
import { WaitingLanes } from "../../src/engine/egress/waiting-lanes.ts";
import type { Life } from "./host.ts";
import type { World } from "./world.ts";

const none = new Uint8Array(0);

/** Who takes what is emitted: drops what comes again under its id, and minds the order. */
export class Outside {
  readonly #world: World;
  /** By partition and egress, then by id. */
  readonly #records = new Map<string, Map<number, string>>();
  /** Hears of each record when it is taken for the first time. */
  onTaken: (egress: string, number: number, value: string) => void = () => {};

  constructor(world: World) {
    this.#world = world;
  }

  egresses(life: Life, partition: string): EngineOptions["egresses"] {
    return { get: (egress) => this.#target(life, partition, egress), keys: () => [] };
  }

  /** How often each value was taken, under different ids. */
  counts(egress: string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [name, records] of this.#records) {
      if (!name.endsWith(` ${egress}`)) continue;
      for (const value of records.values()) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  }

  /** What a partition has delivered. */
  forget(partition: string): void {
    for (const name of this.#records.keys()) {
      if (name.startsWith(`${partition} `)) this.#records.delete(name);
    }
  }

  #target(life: Life, partition: string, egress: string): EgressTarget {
    const deliver = async (rows: readonly EgressRow[]): Promise<readonly Untaken[]> => {
      const { dice, scheduler } = this.#world;
      if (life.crashes("before a delivery")) return [];
      if (this.#world.happens("slowNetwork")) await scheduler.wait(dice.delayMs(1_000));
      const fails = this.#world.happens("failDelivery");
      const failing = fails && dice.integer(0, 1) === 0 ? laneOf(rows[0]) : undefined;
      const first = dice.integer(0, rows.length);
      const left = rows.filter((row, index) => index >= first && laneOf(row) === failing);
      const isLeft = (row: EgressRow, index: number): boolean =>
        failing === undefined ? fails && index >= first : left.includes(row);
      const taken = rows.filter((row, index) => !isLeft(row, index));
      for (const { number } of rows) {
        if (number <= life.disk.syncedNumber) continue;
        this.#world.violated(`record ${number} of ${egress} left before it was stored`);
      }
      this.#take(partition, egress, taken);
      const reason = new Error("the receiver failed");
      if (fails && failing === undefined) throw reason;
      if (this.#world.happens("slowNetwork")) await scheduler.wait(dice.delayMs(1_000));
      life.crashes("after a delivery");
      return left.map((row) => ({ row, reason }));
    };
    return { kind: "deliver", deliver, lanes: (parts) => new WaitingLanes(parts, laneOf) };
  }

  #take(partition: string, egress: string, rows: readonly EgressRow[]): void {
    const name = `${partition} ${egress}`;
    const records = this.#records.get(name) ?? new Map<number, string>();
    this.#records.set(name, records);
    for (const row of rows) {
      const { number } = row;
      const value = textOfRow(row);
      const known = records.get(number);
      if (known !== undefined && known !== value) {
        this.#world.violated(`${name} ${number} was ${known}, and is ${value}`);
      }
      const last = [...records].findLast(([, one]) => laneOfValue(one) === laneOf(row))?.[0] ?? 0;
      if (known === undefined && number < last) {
        this.#world.violated(`${name}: ${number} came for the first time after ${last}`);
      }
      records.set(number, value);
      if (known === undefined) this.onTaken(egress, number, value);
      this.#world.note(`${name} ${number} ${value}`);
    }
  }
}

function textOfRow({ argument }: EgressRow): string {
  return string.decode(argument.bytes ?? none);
}

/** Three lanes, of which each keeps its order. */
function laneOf(row: EgressRow | undefined): string {
  return row === undefined ? "" : laneOfValue(textOfRow(row));
}

function laneOfValue(value: string): string {
  return String((value.charCodeAt(value.length - 1) || 0) % 3);
}
