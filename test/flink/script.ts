import type { Observer, Type } from "statefun";
import type { ClusterResult } from "./result.ts";

/** A message that the cluster's ingress brings. */
export interface ScriptMessage {
  readonly to: string;
  readonly id: string;
  readonly typename: string;
  readonly value: Uint8Array;
}

export function scriptMessage<V>(to: string, id: string, type: Type<V>, value: V): ScriptMessage {
  return { to, id, typename: type.typename, value: type.encode(value) };
}

/** The file that ScriptSource.java reads. */
export function scriptOf(messages: readonly ScriptMessage[]): string {
  return messages.map(lineOf).join("");
}

function lineOf({ to, id, typename, value }: ScriptMessage): string {
  return `${[to, id, typename, Buffer.from(value).toString("hex")].join("\t")}\n`;
}

/** A script whose messages come one after another, as a person sends them who waits for each answer. */
export class StepwiseScript {
  readonly #messages: readonly ScriptMessage[];
  /** How often a handler has run for a message, by where it goes and its type. */
  readonly #handled = new Map<string, number>();
  #wake = () => {};

  constructor(messages: readonly ScriptMessage[]) {
    this.#messages = messages;
  }

  /** For the functions that the messages go to. */
  readonly observer: Observer = {
    handling: ({ address, messages }) => {
      for (const { typename } of messages)
        this.#count(keyOf({ to: address.typename, id: address.id, typename }));
      return undefined;
    },
  };

  /** A line each, when a handler has run for the message before it: what that sends goes out before what follows. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    const sent = new Map<string, number>();
    for (const message of this.#messages) {
      yield lineOf(message);
      const key = keyOf(message);
      const wanted = (sent.get(key) ?? 0) + 1;
      sent.set(key, wanted);
      while ((this.#handled.get(key) ?? 0) < wanted) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #count(key: string): void {
    this.#handled.set(key, (this.#handled.get(key) ?? 0) + 1);
    this.#wake();
  }
}

const keyOf = ({ to, id, typename }: Pick<ScriptMessage, "to" | "id" | "typename">): string =>
  JSON.stringify([to, id, typename]);

/** What the functions emitted to `statefun.cluster/transcript`, all of one type. */
export function recordsOf<V>(result: ClusterResult, type: Type<V>): readonly V[] {
  return (result.records ?? []).map(({ typename, value }) => {
    if (typename !== type.typename) throw new Error(`a record is a ${typename}`);
    return type.decode(new Uint8Array(Buffer.from(value, "hex")));
  });
}
