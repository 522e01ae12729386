import { StateFunError } from "../internal/errors.ts";
import type {
  Invocation,
  InvocationBatch,
  WireAddress,
  WireValue,
} from "../model/invocation.ts";
import { readAddress } from "./address.ts";
import type { DecodeLimits } from "./codec.ts";
import { absentValue, type Dialect } from "./dialect.ts";
import { spend } from "./limits.ts";
import { total, type WireReader } from "./wire-reader.ts";

/** Field 100 of ToFunction and of FromFunction, length-delimited. */
export const resultTag = 0x322;

/** `decodeRequest` of a codec. */
export function readRequest(
  dialect: Dialect,
  bytes: Uint8Array,
  limits: DecodeLimits | undefined,
): InvocationBatch {
  return total(bytes, limits, 10_000, (reader) => {
    let target: WireAddress | undefined;
    const state = new Map<string, WireValue | undefined>();
    const invocations: Invocation[] = [];
    const all = bytes.length;
    for (let outer = reader.next(all); outer !== 0; outer = reader.next(all)) {
      if (outer !== resultTag) {
        reader.skip(outer, all);
        continue;
      }
      const end = reader.fieldEnd(all);
      for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
        if (tag === 0x0a) target = readAddress(reader, end, target);
        else if (tag === 0x12) readState(reader, end, dialect, state);
        else if (tag === 0x1a) invocations.push(readInvocation(reader, end, dialect));
        else reader.skip(tag, end);
      }
    }
    if (target !== undefined) return { target, state, invocations };
    throw new StateFunError("malformed_request", "the request has no target");
  });
}

function readState(
  reader: WireReader,
  outerEnd: number,
  dialect: Dialect,
  state: Map<string, WireValue | undefined>,
): void {
  spend(reader.budget, "maxStates");
  const end = reader.fieldEnd(outerEnd);
  let name = "";
  let value: WireValue | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) name = reader.text(end);
    else if (tag === 0x12) value = dialect.readState(reader, end, value);
    else reader.skip(tag, end);
  }
  // On v2 an empty value and none are the same bytes to a runtime.
  const isNothing = !dialect.features.typedState && value?.bytes?.length === 0;
  state.set(name, isNothing && value?.typename === "" ? undefined : value);
}

function readInvocation(reader: WireReader, outerEnd: number, dialect: Dialect): Invocation {
  spend(reader.budget, "maxInvocations");
  const end = reader.fieldEnd(outerEnd);
  let caller: WireAddress | undefined;
  let argument: WireValue | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) caller = readAddress(reader, end, caller);
    else if (tag === 0x12) argument = dialect.readValue(reader, end, argument);
    else reader.skip(tag, end);
  }
  return { caller, argument: argument ?? absentValue };
}
