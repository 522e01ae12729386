import { noBytes } from "../../internal/bytes.ts";
import type { InvocationBatch, WireValue } from "../../model/invocation.ts";
import type { Completed, EgressMessage, StateMutation } from "../../model/outcome.ts";

/** What the parts of a batch did so far, and the state that the next part finds. */
export class Effects {
  readonly #wire: "v2" | "v3";
  readonly #state: Map<string, WireValue | undefined>;
  readonly #mutations = new Map<string, StateMutation>();
  readonly #messages: Completed["messages"][number][] = [];
  readonly #delayed: Completed["delayed"][number][] = [];
  readonly #egresses: EgressMessage[] = [];
  #recordBytes = 0;

  constructor(batch: InvocationBatch, wire: "v2" | "v3") {
    this.#wire = wire;
    this.#state = new Map(batch.state);
  }

  get state(): ReadonlyMap<string, WireValue | undefined> {
    return this.#state;
  }

  /** Of the records of the move so far. */
  get recordBytes(): number {
    return this.#recordBytes;
  }

  add({ mutations, messages, delayed, egresses }: Completed): void {
    for (const mutation of mutations) this.mutate(mutation);
    // One by one: a call has fewer arguments than a batch may have messages.
    for (const one of messages) this.#messages.push(one);
    for (const one of delayed) this.#delayed.push(one);
    for (const one of egresses) this.#egresses.push(one);
  }

  mutate(mutation: StateMutation): void {
    const { name, value } = mutation;
    this.#mutations.set(name, mutation);
    this.#state.set(name, value && this.#stored(value));
  }

  emit(records: readonly EgressMessage[]): void {
    for (const record of records) {
      this.#egresses.push(record);
      this.#recordBytes += record.argument.bytes?.length ?? 0;
    }
  }

  completed(): Completed {
    return {
      kind: "completed",
      mutations: [...this.#mutations.values()],
      messages: this.#messages,
      delayed: this.#delayed,
      egresses: this.#egresses,
    };
  }

  /** As a cluster would send it with its next request. */
  #stored(value: WireValue): WireValue | undefined {
    const { typename, bytes = noBytes } = value;
    // On v2 a state is bytes: none, and no Any around them, is nothing.
    if (this.#wire === "v2" && typename === "" && bytes.length === 0) return undefined;
    return { typename, bytes, headers: [] };
  }
}
