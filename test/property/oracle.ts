import type { InvocationBatch, InvocationOutcome, WireAddress } from "statefun/protocol";

/**
 * A second opinion on the wire: the generated code of `proto/`, read into the same model by a
 * conversion that shares nothing with `src/`.
 */
export interface Oracle {
  readonly name: "v2" | "v3";
  /** Throws on bytes that are no ToFunction; undefined for one without a batch or a target. */
  readRequest(bytes: Uint8Array): InvocationBatch | undefined;
  writeRequest(batch: InvocationBatch): Uint8Array;
  readResponse(bytes: Uint8Array): InvocationOutcome;
  writeResponse(outcome: InvocationOutcome): Uint8Array;
}

export interface GeneratedAddress {
  readonly namespace: string;
  readonly type: string;
  readonly id: string;
}

export function addressFrom(generated: GeneratedAddress): WireAddress {
  return { typename: `${generated.namespace}/${generated.type}`, id: generated.id };
}

/** Bytes that are a message by the schema, but say nothing that the model can hold. */
export class OutsideOfModel extends Error {}

export function targetFrom(generated: GeneratedAddress | undefined): WireAddress {
  if (generated === undefined) throw new OutsideOfModel("a message without a target");
  return addressFrom(generated);
}

export function addressTo(address: WireAddress): GeneratedAddress {
  const [namespace, type] = split(address.typename);
  return { namespace, type, id: address.id };
}

export function split(typename: string): [namespace: string, name: string] {
  const slash = typename.lastIndexOf("/");
  return [typename.slice(0, slash), typename.slice(slash + 1)];
}

/** Beyond these, two readers would differ by rounding only. */
export function safeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new OutsideOfModel(`no safe integer: ${value}`);
  return number;
}
