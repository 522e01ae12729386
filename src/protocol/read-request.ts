import { StateFunError } from "../internal/errors.ts";
import type { Invocation, InvocationBatch, WireValue } from "../model/invocation.ts";
import { type AddressParts, addressFromParts, readAddress } from "./address.ts";
import type { DecodeLimits } from "./codec.ts";
import { type Dialect, type ValueParts, valueFromParts } from "./dialect.ts";
import { decodeAll, type WireReader } from "./wire-reader.ts";

/** Field 100 of ToFunction and of FromFunction, length-delimited. */
export const resultTag = 0x322;

/** `decodeRequest` of a codec. */
export function readRequest(
  dialect: Dialect,
  bytes: Uint8Array,
  limits: DecodeLimits = {},
): InvocationBatch {
  let target: AddressParts | undefined;
  const state = new Map<string, WireValue | undefined>();
  const invocations: Invocation[] = [];
  const read = (reader: WireReader, outerEnd: number): void => {
    for (let outer = reader.next(outerEnd); outer !== 0; outer = reader.next(outerEnd)) {
      if (outer !== resultTag) {
        reader.skip(outer, outerEnd);
        continue;
      }
      const end = reader.fieldEnd(outerEnd);
      for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
        if (tag === 0x0a) target = readAddress(reader, end, target);
        else if (tag === 0x12) state.set(...readState(reader, end, dialect));
        else if (tag === 0x1a) invocations.push(readInvocation(reader, end, dialect));
        else reader.skip(tag, end);
      }
    }
  };
  decodeAll(bytes, read, limits);
  if (target !== undefined) return { target: addressFromParts(target), state, invocations };
  throw new StateFunError("malformed_request", "the request has no target");
}

function readState(
  reader: WireReader,
  outerEnd: number,
  dialect: Dialect,
): [name: string, value: WireValue | undefined] {
  reader.count("maxStates");
  const end = reader.fieldEnd(outerEnd);
  let name = "";
  let value: ValueParts | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) name = reader.text(end);
    else if (tag === 0x12) value = dialect.readState(reader, end, value);
    else reader.skip(tag, end);
  }
  return [name, value && dialect.stateFromParts(value)];
}

function readInvocation(reader: WireReader, outerEnd: number, dialect: Dialect): Invocation {
  reader.count("maxInvocations");
  const end = reader.fieldEnd(outerEnd);
  let caller: AddressParts | undefined;
  let argument: ValueParts | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) caller = readAddress(reader, end, caller);
    else if (tag === 0x12) argument = dialect.readValue(reader, end, argument);
    else reader.skip(tag, end);
  }
  return { caller: caller && addressFromParts(caller), argument: valueFromParts(argument) };
}
