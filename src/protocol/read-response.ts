import { StateFunError } from "../internal/errors.ts";
import type { WireAddress } from "../model/invocation.ts";
import type {
  Completed,
  DelayedEffect,
  EgressMessage,
  InvocationOutcome,
  MissingValue,
  OutgoingMessage,
  StateMutation,
} from "../model/outcome.ts";
import { type AddressParts, addressFromParts, readAddress } from "./address.ts";
import type { DecodeLimits } from "./codec.ts";
import { type Dialect, type ValueParts, valueFromParts } from "./dialect.ts";
import { int32, readMissing, safeInteger } from "./read-missing.ts";
import { resultTag } from "./read-request.ts";
import { decodeAll, type WireReader } from "./wire-reader.ts";
import { incompleteTag } from "./write-response.ts";

type Lists = { [K in Exclude<keyof Completed, "kind">]: Completed[K][number][] };

function noEffects(): Lists {
  return { mutations: [], messages: [], delayed: [], egresses: [] };
}

/** `decodeResponse` of a codec. The last member of the oneof wins; the same one twice in a row merges. */
export function readResponse(
  dialect: Dialect,
  bytes: Uint8Array,
  limits: DecodeLimits | undefined,
): InvocationOutcome {
  const read = (reader: WireReader, end: number): InvocationOutcome => {
    let lists: Lists | undefined;
    let missing: MissingValue[] | undefined;
    for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
      if (tag === resultTag) {
        missing = undefined;
        lists ??= noEffects();
        readResult(reader, end, dialect, lists);
      } else if (tag === incompleteTag && dialect.features.missingState) {
        lists = undefined;
        missing ??= [];
        readMissing(reader, end, missing);
      } else reader.skip(tag, end);
    }
    if (missing !== undefined) return { kind: "incomplete", missing };
    return { kind: "completed", ...(lists ?? noEffects()) };
  };
  return decodeAll(bytes, read, { maxInvocations: 100_000, ...limits });
}

function readResult(reader: WireReader, outerEnd: number, dialect: Dialect, lists: Lists): void {
  const end = reader.fieldEnd(outerEnd);
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag !== 0x0a && tag !== 0x12 && tag !== 0x1a && tag !== 0x22) {
      reader.skip(tag, end);
      continue;
    }
    reader.count(tag === 0x0a ? "maxStates" : "maxInvocations");
    const to = reader.fieldEnd(end);
    if (tag === 0x0a) lists.mutations.push(readMutation(reader, to, dialect));
    else if (tag === 0x12) lists.messages.push(readMessage(reader, to, dialect));
    else if (tag === 0x1a) lists.delayed.push(readDelayed(reader, to, dialect));
    else lists.egresses.push(readEgress(reader, to, dialect));
  }
}

function readMutation(reader: WireReader, end: number, dialect: Dialect): StateMutation {
  let kind = 0;
  let name = "";
  let value: ValueParts | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x08) kind = int32(reader);
    else if (tag === 0x12) name = reader.text(end);
    else if (tag === 0x1a) value = dialect.readState(reader, end, value);
    else reader.skip(tag, end);
  }
  // Old runtimes ignore a mutation that they do not know, which would lose it.
  if (kind !== 0 && kind !== 1) {
    throw new StateFunError("malformed_request", `unknown mutation type ${kind} of state ${name}`);
  }
  if (kind === 0) return { name, value: undefined };
  // Written without a value is not deleted: the runtime stores zero bytes.
  return { name, value: (value && dialect.stateFromParts(value)) ?? valueFromParts() };
}

function readMessage(reader: WireReader, end: number, dialect: Dialect): OutgoingMessage {
  let target: AddressParts | undefined;
  let argument: ValueParts | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) target = readAddress(reader, end, target);
    else if (tag === 0x12) argument = dialect.readValue(reader, end, argument);
    else reader.skip(tag, end);
  }
  return { target: assertTarget(target), argument: valueFromParts(argument) };
}

function readDelayed(reader: WireReader, end: number, dialect: Dialect): DelayedEffect {
  let target: AddressParts | undefined;
  let argument: ValueParts | undefined;
  let delayMs = 0;
  let isCancel = false;
  let token = "";
  const { cancellation } = dialect.features;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x08) delayMs = safeInteger(reader);
    else if (tag === 0x12) target = readAddress(reader, end, target);
    else if (tag === 0x1a) argument = dialect.readValue(reader, end, argument);
    else if (tag === 0x50 && cancellation) isCancel = reader.varint() > 0;
    else if (tag === 0x5a && cancellation) token = reader.text(end);
    else reader.skip(tag, end);
  }
  if (isCancel) return { kind: "cancel", cancellationToken: token };
  return {
    kind: "send",
    delayMs,
    target: assertTarget(target),
    argument: valueFromParts(argument),
    cancellationToken: token === "" ? undefined : token,
  };
}

function readEgress(reader: WireReader, end: number, dialect: Dialect): EgressMessage {
  let namespace = "";
  let name = "";
  let argument: ValueParts | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) namespace = reader.text(end);
    else if (tag === 0x12) name = reader.text(end);
    else if (tag === 0x1a) argument = dialect.readValue(reader, end, argument);
    else reader.skip(tag, end);
  }
  return { egress: `${namespace}/${name}`, argument: valueFromParts(argument) };
}

function assertTarget(target: AddressParts | undefined): WireAddress {
  if (target !== undefined) return addressFromParts(target);
  throw new StateFunError("malformed_request", "a message of the response has no target");
}
