import type { Address } from "../../sdk/addressing/address.ts";
import { createCollector, type Entry, keyOf, type MoveCollector } from "./collector.ts";
import { instancesOf, type OpenExport } from "./requests.ts";

export interface CollectImportOptions {
  /** The name of the run. */
  readonly request: string;
  /** The export whose instances have to answer. */
  readonly open: OpenExport;
  /** The longest line of the export, in bytes. @default 268,435,456 */
  readonly maxLineBytes?: number;
}

/** Follows the answers to `importRequests`. */
export async function collectImport(options: CollectImportOptions): Promise<MoveCollector> {
  const entries = new Map<string, Entry<ReadonlySet<string>>>();
  // What has to come: an instance of several lines answers each of them.
  const awaited = new Map<Entry<ReadonlySet<string>>, Set<string>>();
  for await (const line of instancesOf(options.open, options)) {
    const address: Address = { typename: line.function, id: line.id };
    const key = keyOf(address);
    const entry = entries.get(key) ?? emptyEntry(address);
    entries.set(key, entry);
    const names = awaited.get(entry) ?? new Set<string>();
    awaited.set(entry, names);
    for (const name of Object.keys(line.states)) names.add(name);
  }
  return createCollector<ReadonlySet<string>>({
    of: "import",
    request: options.request,
    entries,
    isAnswered: (entry) => {
      const { answer = new Set() } = entry;
      return [...(awaited.get(entry) ?? [])].every((name) => answer.has(name));
    },
    take(record, entry) {
      if (record.kind !== "imported") return "other";
      const { answer = new Set<string>() } = entry;
      const isNew = record.states.some((name) => !answer.has(name));
      entry.answer = new Set([...answer, ...record.states]);
      return isNew ? "answer" : "duplicate";
    },
  });
}

function emptyEntry(address: Address): Entry<ReadonlySet<string>> {
  return { address, answer: undefined, isChanged: false, refusal: undefined };
}
