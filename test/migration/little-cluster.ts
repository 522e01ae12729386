import {
  type Completed,
  codecV2,
  codecV3,
  type Invocation,
  type WireValue,
} from "statefun/protocol";

export type Handler = (request: Request) => Promise<Response>;

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);
export const message = (typename: string, value: string | Uint8Array = ""): Invocation => ({
  caller: undefined,
  argument: {
    typename,
    bytes: typeof value === "string" ? bytes(value) : value,
    headers: [],
  },
});
export const exportMessage = (request = ""): Invocation =>
  message("statefun.migration/export", request);
export const importMessage = (argument: unknown): Invocation =>
  message("statefun.migration/import", JSON.stringify(argument));

/**
 * What a cluster does with the answers of functions: it keeps states, of the names that it has learnt (v3) or that its
 * module.yaml lists (v2), and fails its job for what a real one fails for.
 */
export class LittleCluster {
  readonly #handler: Handler;
  readonly #codec;
  readonly #listed: readonly string[];
  readonly #types = new Map<string, Map<string, string>>();
  readonly #states = new Map<string, Map<string, WireValue | undefined>>();
  /** What was emitted, as the values of Kafka records or of the egress. */
  readonly records: string[] = [];
  readonly messages: Completed["messages"][number][] = [];
  requests = 0;

  /** `listed` are the states of every function on v2. */
  constructor(handler: Handler, wire: "v2" | "v3" = "v3", listed: readonly string[] = []) {
    this.#handler = handler;
    this.#codec = wire === "v2" ? codecV2 : codecV3;
    this.#listed = listed;
  }

  state(typename: string, id: string): Map<string, WireValue | undefined> {
    const key = `${typename}/${id}`;
    const state = this.#states.get(key) ?? new Map<string, WireValue | undefined>();
    this.#states.set(key, state);
    return state;
  }

  /** The job begins anew: states stay, what it has learnt does not. */
  restart(): void {
    this.#types.clear();
  }

  /** One batch, until it is done. */
  async send(typename: string, id: string, ...invocations: readonly Invocation[]): Promise<void> {
    const stored = this.state(typename, id);
    const types = this.#types.get(typename) ?? new Map<string, string>();
    this.#types.set(typename, types);
    for (let round = 0; round < 10; round++) {
      const names = this.#codec.name === "v2" ? this.#listed : [...types.keys()];
      const state = new Map(names.map((name) => [name, stored.get(name)]));
      const outcome = await this.#ask({ target: { typename, id }, state, invocations });
      if (outcome.kind === "completed") return this.#apply(outcome, stored, types);
      for (const { name, typename: type } of outcome.missing) {
        const known = types.get(name);
        if (known !== undefined && known !== type) throw new Error(`job failed: type of ${name}`);
        types.set(name, type);
      }
    }
    throw new Error("asked for states ten times");
  }

  async #ask(batch: Parameters<typeof codecV3.encodeRequest>[0]) {
    this.requests++;
    const response = await this.#handler(requestOf(this.#codec.encodeRequest(batch)));
    if (response.status !== 200) throw new Error(`answered ${response.status}`);
    return this.#codec.decodeResponse(new Uint8Array(await response.arrayBuffer()));
  }

  #apply(
    outcome: Completed,
    stored: Map<string, WireValue | undefined>,
    types: Map<string, string>,
  ) {
    for (const { name, value } of outcome.mutations) {
      const isV2 = this.#codec.name === "v2";
      if (isV2 ? !this.#listed.includes(name) : !types.has(name)) {
        throw new Error(`job failed: state ${name} does not exist`);
      }
      if (!isV2 && value !== undefined && value.typename !== types.get(name)) {
        throw new Error(`job failed: state ${name} got a ${value.typename}`);
      }
      stored.set(name, value && { ...value, bytes: Uint8Array.from(value.bytes ?? []) });
    }
    this.messages.push(...outcome.messages);
    for (const { argument } of outcome.egresses) {
      this.records.push(
        argument.typename.includes("Kafka") ? kafkaValue(argument) : textOf(argument.bytes),
      );
    }
  }
}

export function requestOf(body: Uint8Array<ArrayBuffer>, path = "/functions"): Request {
  return new Request(`http://functions.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body,
  });
}

/** Field 2 of a KafkaProducerRecord. */
function kafkaValue({ bytes: record = new Uint8Array() }: WireValue): string {
  for (let at = 0; at < record.length; ) {
    const tag = record[at++];
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = record[at++] ?? 0;
      length += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    if (tag === 0x12) return textOf(record.subarray(at, at + length));
    at += length;
  }
  return "";
}
