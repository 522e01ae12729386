import type { EgressTarget, EngineOptions } from "../engine/contract/options.ts";
import type { EgressRow } from "../engine/contract/records.ts";
import { invalid } from "../internal/assert.ts";
import { type Egress, formatOf } from "../sdk/egress/egress.ts";
import { traitsOf } from "../sdk/types/type-traits.ts";
import type { CrashPoint } from "./crash-points.ts";

/** Takes what is emitted to any egress, as a receiver does that drops records which come again. */
export class Emissions {
  readonly #records = new Map<string, Map<number, EgressRow>>();
  readonly #crashes: CrashPoint;

  constructor(crashes: CrashPoint) {
    this.#crashes = crashes;
  }

  /** Every egress is bound. */
  targets(): EngineOptions["egresses"] {
    return { get: (typename) => this.#target(typename), keys: () => [] };
  }

  /** In the order of their emission. */
  of(egress: Egress<never, unknown>): unknown[] {
    const format = formatOf(egress);
    const types = format.accepts === undefined ? [] : [format.accepts].flat();
    if (types.some((type) => traitsOf(type).open !== undefined)) {
      const text = `the records of ${egress.typename} are encrypted: ask for those of egress("${egress.typename}") without its types, and use await open(message) of the type`;
      throw invalid(text);
    }
    const rows = this.#records.get(egress.typename)?.values() ?? [];
    return Array.from(rows, ({ argument }) => format.decode(argument));
  }

  #target(typename: string): EgressTarget {
    return {
      kind: "deliver",
      deliver: async (rows) => {
        if (this.#crashes("before a delivery")) return [];
        const records = this.#records.get(typename) ?? new Map<number, EgressRow>();
        this.#records.set(typename, records);
        for (const row of rows) records.set(row.number, row);
        this.#crashes("after a delivery");
        return [];
      },
    };
  }
}
