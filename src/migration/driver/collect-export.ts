import type { ExportedState, InstanceLine } from "../../export-format/records.ts";
import { type WrittenLine, writeExport } from "../../export-format/writer.ts";
import { StateFunError } from "../../internal/errors.ts";
import { compareTexts } from "../../internal/text-order.ts";
import type { Address } from "../../sdk/addressing/address.ts";
import { createCollector, type Entry, keyOf, type MoveCollector } from "./collector.ts";

export interface CollectExportOptions {
  /** The name of the run. */
  readonly request: string;
  /** The instances that were asked: each has to answer. */
  readonly instances: AsyncIterable<Address> | Iterable<Address>;
  /**
   * The types of states on wire v2 that have none, by function and state: a cluster of StateFun 2 keeps bytes, and what is no
   * `google.protobuf.Any` does not say what it is.
   * @default none: such a state keeps the empty type, which only a cluster of StateFun 2 takes
   */
  readonly types?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface ExportCollector extends MoveCollector {
  /** Instances that answered that they have no state. They are not in the export. */
  readonly empty: number;
  /**
   * The export: `readExport`, `runtime.import` and `importRequests` read it. Throws `conflict` while anything is missing, refused or changed.
   * All states are in memory until then.
   */
  export(): ReadableStream<Uint8Array>;
}

/** Makes an export of the answers to `exportRequests`. */
export async function collectExport(options: CollectExportOptions): Promise<ExportCollector> {
  const entries = new Map<string, Entry<InstanceLine>>();
  for await (const { typename, id } of options.instances) {
    const address = { typename, id };
    entries.set(keyOf(address), {
      address,
      answer: undefined,
      isChanged: false,
      refusal: undefined,
    });
  }
  const collector = createCollector<InstanceLine>({
    of: "export",
    request: options.request,
    entries,
    isAnswered: ({ answer }) => answer !== undefined,
    take(record, entry) {
      if (record.kind !== "exported") return "other";
      const { answer } = entry;
      entry.answer = record.instance;
      if (answer === undefined) return "answer";
      // Both were written by the same code, in the order of their names.
      if (JSON.stringify(answer) === JSON.stringify(record.instance)) return "duplicate";
      entry.isChanged = true;
      return "changed";
    },
  });
  const answers = (): InstanceLine[] => [...entries.values()].flatMap(({ answer }) => answer ?? []);
  return {
    add: collector.add,
    missing: collector.missing,
    refused: collector.refused,
    changed: collector.changed,
    get isComplete() {
      return collector.isComplete;
    },
    get duplicates() {
      return collector.duplicates;
    },
    get empty() {
      return answers().filter(isEmpty).length;
    },
    export() {
      assertComplete(collector);
      const full = answers().filter((one) => !isEmpty(one));
      return writeExport(linesOf(full.map((one) => typed(one, options.types))));
    },
  };
}

function isEmpty({ states }: InstanceLine): boolean {
  return Object.keys(states).length === 0;
}

function assertComplete(collector: MoveCollector): void {
  if (collector.isComplete) return;
  const counts = {
    missing: collector.missing().length,
    refused: collector.refused().length,
    changed: collector.changed().length,
  };
  const what = Object.entries(counts).filter(([, count]) => count > 0);
  const text = what.map(([name, count]) => `${count} instances ${name}`).join(", ");
  throw new StateFunError("conflict", `the export is not complete: ${text}`);
}

function typed(instance: InstanceLine, types: CollectExportOptions["types"] = {}): InstanceLine {
  const own = Object.hasOwn(types, instance.function) ? types[instance.function] : undefined;
  if (own === undefined) return instance;
  const states = Object.entries(instance.states).map(([name, state]) => {
    const type = state.type === "" && Object.hasOwn(own, name) ? own[name] : undefined;
    return [name, type === undefined ? state : { ...state, type }] as const;
  });
  return { ...instance, states: Object.fromEntries(states) };
}

function* linesOf(instances: readonly InstanceLine[]): Generator<WrittenLine, void, undefined> {
  const sorted = [...instances].sort(
    (one, other) => compareTexts(one.function, other.function) || compareTexts(one.id, other.id),
  );
  const functions = functionsOf(sorted);
  yield { kind: "statefun-export", version: 1, engine: "flink", time: Date.now(), functions };
  yield { kind: "partition", name: "", lastNumber: 0 };
  yield* sorted;
}

/** As far as the states show: what a function declares beside is not seen from here. */
function functionsOf(instances: readonly InstanceLine[]) {
  const all = new Map<string, Map<string, ExportedState["type"]>>();
  for (const { function: typename, states } of instances) {
    const known = all.get(typename) ?? new Map<string, string>();
    all.set(typename, known);
    for (const [name, { type }] of Object.entries(states)) known.set(name, type);
  }
  return Array.from(all, ([typename, states]) => ({
    typename,
    states: Array.from(states, ([name, type]) => ({ name, type })),
  }));
}
