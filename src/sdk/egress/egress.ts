import {
  assertFunction,
  assertText,
  assertUserTypename,
  invalid,
  isRecord,
} from "../../internal/assert.ts";
import { copyOf, textFromBytes } from "../../internal/bytes.ts";
import { show } from "../../internal/show.ts";
import type { WireHeader, WireValue } from "../../model/invocation.ts";
import type { Stamp } from "../../model/watch.ts";
import type { WireWriter } from "../../protocol/wire-writer.ts";
import { acceptedValue } from "../addressing/accepted-value.ts";
import type { Address } from "../addressing/address.ts";
import { encodeMessage } from "../addressing/encode-message.ts";
import { assertAccepts } from "../types/assert-type.ts";
import type { MessageHeaders } from "../types/headers.ts";
import type { Accepts, Distinct, Message, MessageOf, SendableOf, Typename } from "../types/type.ts";

/** A way out of the application. `M` is what may be emitted (bare or tagged), `V` what a delivery and a test read. */
export interface Egress<M = Message, V = unknown> {
  readonly typename: string;
  readonly "~message"?: (message: M) => void;
  /**
   * Binds a delivery to this egress, with typed records, for an engine that runs without a cluster. On a
   * Flink cluster the module.yaml says where the records go, and this has no effect.
   */
  to<Env = unknown>(
    deliver: (
      records: readonly EgressRecord<V>[],
      signal: AbortSignal,
      env: Env,
    ) => void | Promise<void>,
  ): EgressBinding;
}

export interface EgressRecord<M = unknown> {
  /** Stable over all deliveries of this record: what a receiver needs to drop duplicates. */
  readonly id: string;
  readonly from: Address;
  readonly value: M;
  readonly typename: string;
  readonly bytes: Uint8Array;
  readonly headers: MessageHeaders;
}

export interface EgressBinding {
  readonly typename: string;
  readonly "~deliver": unknown;
}

/** What a cluster's egress can take, beyond the wire's features. */
export interface EmitLimits {
  /** `own`: an engine of ours delivers, which can do whatever Kafka can. */
  readonly kafkaHeaders: "send" | "refuse" | "own";
  /** Names of records differ by it. */
  readonly wire: "v2" | "v3";
  /** Whether records outlive their batch, in an engine. Left out, they do. */
  readonly keepPrefix?: boolean;
}

/** How an egress turns what a function emits into a value for the wire, and back. */
export interface EgressFormat {
  /** The types of its values, where it has such. */
  readonly accepts?: Accepts;
  /** `headers` are those given beside the message; undefined when none were. `stamp` adds more where the format has headers. */
  encode(
    message: unknown,
    headers: readonly WireHeader[] | undefined,
    limits: EmitLimits,
    stamp?: Stamp,
  ): WireValue;
  decode(value: WireValue): unknown;
}

/**
 * An egress of the given types; without them it takes tagged values and received messages.
 *
 * @example
 * ```ts
 * import { egress, StatefulFunctions, string } from "statefun";
 *
 * export const mails = egress("demo/mails", string);
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/welcome", { accepts: string }, (context, name) => {
 *   context.emit(mails, `Welcome, ${name}`);
 * });
 *
 * // For an engine without a cluster: an error means that the records come again.
 * export const delivery = mails.to(async (records) => {
 *   for (const { id, value } of records) console.log(id, value);
 * });
 * ```
 */
export function egress<const A extends Accepts = undefined>(
  typename: Typename,
  accepts?: Distinct<A>,
): Egress<SendableOf<A>, MessageOf<A>> {
  // What it is beside, a text for the compiler to show, never is.
  const types = accepts as Accepts;
  const created = createEgress<SendableOf<A>, MessageOf<A>>(typename, {
    accepts: types,
    encode(message, headers, { keepPrefix }, stamp) {
      // A record that is stored needs its bytes.
      const lifetime = keepPrefix === false ? "batch" : undefined;
      const value = encodeMessage(typename, types, message, headers, lifetime);
      return stamp?.value(value, headers) ?? value;
    },
    decode: (value) => acceptedValue(typename, types, value),
  });
  assertAccepts(types, `what egress ${typename} accepts`);
  return created;
}

/** `M` and `V` are what the format encodes and decodes: the caller says so. */
export function createEgress<M, V>(typename: string, format: EgressFormat): Egress<M, V> {
  assertUserTypename(typename, "the typename of an egress");
  const created = {
    typename,
    to: (deliver: unknown) => {
      assertFunction(deliver, `the delivery of egress ${typename}`);
      return { typename, "~deliver": { deliver, format } };
    },
    "~format": format,
  };
  return created;
}

/** The format of an egress; an error for anything that `egress` and its kin did not make. */
export function formatOf(value: unknown): EgressFormat {
  const format: EgressFormat | undefined = Object(value)["~format"];
  if (format !== undefined) return format;
  throw invalid(`expected an egress, got ${show(value)}`);
}

/** Field 2 of a record: text as UTF-8, bytes as they are, of a message its bytes. */
export function writeRecordValue(writer: WireWriter, value: unknown, what: string): void {
  if (typeof value === "string") {
    assertText(value, what);
    writer.text(0x12, value);
  } else {
    const bytes = isRecord(value) && !(value instanceof Uint8Array) ? value["bytes"] : value;
    if (!(bytes instanceof Uint8Array)) {
      throw invalid(`${what} must be a string, a Uint8Array or a message, got ${show(value)}`);
    }
    writer.bytes(0x12, bytes);
  }
}

/** What a delivery reads of field 2: text where the bytes are UTF-8, since the wire does not say, else the bytes. */
export function readRecordValue(bytes: Uint8Array): string | Uint8Array {
  try {
    return textFromBytes(bytes);
  } catch {
    return copyOf(bytes);
  }
}
