import { assertMessageSize } from "../../../engine/contract/limits.ts";
import type { SourceMessage } from "../../../engine/contract/source-batch.ts";
import { assertUserTypename, invalid } from "../../../internal/assert.ts";
import { copyOf, textFromBytes } from "../../../internal/bytes.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { reasonOf, show } from "../../../internal/show.ts";
import type { WireHeader } from "../../../model/invocation.ts";
import { messageBytes } from "../../../model/message-bytes.ts";
import { acceptedType, notAccepted } from "../../../sdk/addressing/accepted-value.ts";
import { type Address, acceptedBy } from "../../../sdk/addressing/address.ts";
import { encodeMessage } from "../../../sdk/addressing/encode-message.ts";
import type { FunctionRef } from "../../../sdk/functions/function-ref.ts";
import type { IngressRecord, RouteContext } from "../../../sdk/modules/ingress-record.ts";
import { string } from "../../../sdk/types/builtin-types.ts";
import { type HeadersInput, headersFromWire, headersToWire } from "../../../sdk/types/headers.ts";
import type { Accepts, Decoder } from "../../../sdk/types/type.ts";
import { requiredOf, utf8 } from "./decoders.ts";
import { isUnavailable } from "./open-records.ts";
import type { TopicRecord } from "./read-batches.ts";

/** A function by its name and contract, whatever state it has. */
// biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
export type Target = FunctionRef<Accepts, Accepts, {}>;

export type Route<V> = (record: IngressRecord<V>, context: RouteContext) => void;

/** What is wrong with a record that cannot become messages. */
export interface Defect {
  readonly defect:
    | "missing-key"
    | "undecodable-key"
    | "missing-value"
    | "undecodable-value"
    | "unroutable"
    | "too-large";
  readonly error: unknown;
}

/** The messages that a record becomes. Throws nothing. No message gets larger than this by what is added here. */
export type RecordRoute = (
  record: TopicRecord,
  maxMessageBytes?: number,
) => readonly SourceMessage[] | Defect;

/** Names of headers that only this side sets, on records that could not be read. */
export const invalidPrefix = "statefun.invalid/";

/** To the instance named by the record's key, of each target: as a module.yaml routes. */
export function routeToTargets<V>(
  decoder: Decoder<V>,
  targets: readonly Pick<Target, "typename" | "accepts">[],
): RecordRoute {
  const { typename } = decoder;
  for (const { typename: target, accepts } of targets) {
    assertUserTypename(target, "a target");
    if (accepts === undefined || acceptedType(accepts, typename) !== undefined) continue;
    throw invalid(notAccepted(target, accepts, typename));
  }
  return (record) => {
    if (record.key === null) return defect("missing-key", "the record has no key");
    let id: string;
    try {
      id = textFromBytes(record.key);
    } catch (error) {
      return { defect: "undecodable-key", error };
    }
    const read = readValue(decoder, record);
    // It waits with the instance, and holds up no other one.
    if ("defect" in read && !isUnavailable(read.error)) return read;
    const argument = {
      typename,
      bytes: bytesOf(decoder, record.value),
      headers: headersOf(record),
    };
    return targets.map((target) => ({ target: { typename: target.typename, id }, argument }));
  };
}

/** By a function of the user's. */
export function routeByCode<V>(decoder: Decoder<V>, route: Route<V>): RecordRoute {
  return (record, maxMessageBytes = Number.POSITIVE_INFINITY) => {
    const read = readValue(decoder, record);
    if ("defect" in read) return read;
    const { topic, partition, offset, timestampMs } = record;
    const key = record.key === null ? undefined : lenientText(record.key);
    const all = headersOf(record);
    const headers = headersFromWire(all);
    const trace = traceOf(all);
    const messages: SourceMessage[] = [];
    let isOpen = true;
    const context: RouteContext = {
      send(to, message, options = {}) {
        if (!isOpen) throw new StateFunError("context_closed", "the router has returned");
        const sent = messageOf(to, message, options.headers);
        messages.push(withTrace(sent, trace, maxMessageBytes));
      },
    };
    try {
      const value = read.value;
      const result: unknown = route(
        { key, value, headers, topic, partition, offset, timestampMs },
        context,
      );
      if (typeof Object(result).then === "function") {
        Promise.resolve(result).catch(() => {});
        throw new StateFunError(
          "returned_value",
          "a router must be synchronous: it returned a promise",
        );
      }
      return messages;
    } catch (error) {
      return { defect: "unroutable", error };
    } finally {
      isOpen = false;
    }
  };
}

function messageOf(
  to: Address<never>,
  message: unknown,
  headers: HeadersInput | undefined,
): SourceMessage {
  const accepts = acceptedBy(to);
  const { typename, id } = to;
  // That of a call too: it is answered by functions.
  assertUserTypename(typename, "the target of a record");
  const wire = headers === undefined ? undefined : headersToWire(headers);
  return { target: { typename, id }, argument: encodeMessage(typename, accepts, message, wire) };
}

/** The context of a trace in the headers of a record. */
function traceOf(headers: readonly WireHeader[]): readonly WireHeader[] {
  return headers.filter(({ key }) => key === "traceparent" || key === "tracestate");
}

/** The trace of a record goes on, unless the router has said another one, or the message would be too large with it. */
function withTrace(
  message: SourceMessage,
  trace: readonly WireHeader[],
  maxMessageBytes: number,
): SourceMessage {
  const { target, argument } = message;
  if (trace.length === 0 || traceOf(argument.headers).length > 0) return message;
  const traced = { ...argument, headers: [...argument.headers, ...trace] };
  return messageBytes(traced, target) <= maxMessageBytes ? { target, argument: traced } : message;
}

/** The headers of a record, in their order. Reserved ones are ours alone. */
export function headersOf({ headers }: TopicRecord): readonly WireHeader[] {
  if (headers.length === 0) return [];
  return headers
    .map(([key, value]) => ({
      key: key === null ? "" : lenientText(key),
      value: value === null ? undefined : copyOf(value),
    }))
    .filter(({ key }) => !key.startsWith(invalidPrefix));
}

function readValue<V>(
  decoder: Decoder<V>,
  { value, late }: TopicRecord,
): { readonly value: V } | Defect {
  if (value === null) {
    if (requiredOf(decoder) === undefined) {
      return defect(
        "missing-value",
        `a record without a value cannot be decoded as ${show(decoder.typename)}`,
      );
    }
    // `optional` has made it: V has undefined among its values.
    return { value: undefined as V };
  }
  if (late !== undefined) return { defect: "undecodable-value", error: late };
  try {
    return { value: decoder.decode(value) };
  } catch (error) {
    return { defect: "undecodable-value", error };
  }
}

/** What goes to a target: of text what `io.statefun.types/string` has, else the value as it is, copied. */
function bytesOf(decoder: Decoder<unknown>, value: Uint8Array | null): Uint8Array | undefined {
  if (value === null) return undefined;
  const isText = decoder === utf8 || requiredOf(decoder) === utf8;
  return isText ? string.encode(textFromBytes(value)) : copyOf(value);
}

function defect(kind: Defect["defect"], text: string): Defect {
  return { defect: kind, error: new StateFunError("message_undecodable", text) };
}

let lenient: TextDecoder | undefined;

/** U+FFFD in place of bytes that are not UTF-8. */
export function lenientText(bytes: Uint8Array): string {
  lenient ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return lenient.decode(bytes);
}

/** A message of a record that a function would never get. */
export function oversized(
  messages: readonly SourceMessage[],
  maxMessageBytes: number,
): Defect | undefined {
  try {
    for (const message of messages) {
      assertMessageSize(message, maxMessageBytes);
    }
    return undefined;
  } catch (error) {
    return { defect: "too-large", error };
  }
}

/** Nothing is wrong with the record: it can be read once its key is there. */
export function isKeyMissing({ defect: kind, error }: Defect): boolean {
  return kind === "undecodable-value" && isUnavailable(error);
}

/** Where the record is, and what is wrong with it, in one error. */
export function recordError(record: TopicRecord, { defect: kind, error }: Defect): StateFunError {
  const place = `${record.topic}/${record.partition} at offset ${record.offset}`;
  if (isKeyMissing({ defect: kind, error })) {
    const text = `the record of ${place} cannot be read now: ${reasonOf(error)}`;
    return new StateFunError("unavailable", text, { cause: error });
  }
  const text = `the record of ${place} is invalid (${kind}): ${reasonOf(error)}`;
  return new StateFunError("message_undecodable", text, { cause: error });
}
