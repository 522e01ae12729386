import {
  type HandlerOptions,
  invocationHandler,
  type StateFunErrorCode,
  type StatefulFunctions,
  type Type,
} from "statefun";
import {
  type Completed,
  codecV2,
  codecV3,
  type InvocationOutcome,
  type ProtocolCodec,
  type WireAddress,
  type WireHeader,
  type WireValue,
} from "statefun/protocol";
import { expect } from "vitest";

export const wires: readonly ProtocolCodec[] = [codecV2, codecV3];

/** What a runtime sends to `test/fn`, instance "1", unless another target is given. */
export interface Batch {
  readonly target?: WireAddress;
  readonly caller?: WireAddress | undefined;
  /** What the runtime knows of, as entries: a state may have any name. */
  readonly state?: Iterable<readonly [name: string, value: WireValue | undefined]>;
  readonly messages: readonly WireValue[];
}

/** A value as a runtime sends it: an argument, or what a state holds. */
export function wireValue<V, I>(
  type: Type<V, string, I>,
  value: I,
  headers: readonly WireHeader[] = [],
): WireValue {
  return { typename: type.typename, bytes: type.encode(value), headers };
}

export function requestOf(codec: ProtocolCodec, batch: Batch): Uint8Array<ArrayBuffer> {
  const { target = { typename: "test/fn", id: "1" }, caller, state = [], messages } = batch;
  return codec.encodeRequest({
    target,
    state: new Map(state),
    invocations: messages.map((argument) => ({ caller, argument })),
  });
}

/** The bytes of the answer; a failure rejects with what went wrong. */
export function respond(
  codec: ProtocolCodec,
  functions: StatefulFunctions | readonly StatefulFunctions[],
  batch: Batch,
  options: HandlerOptions = {},
): Promise<Uint8Array> {
  const handle = invocationHandler(functions, {
    protocol: codec.name,
    onError: () => {},
    ...options,
  });
  return handle(requestOf(codec, batch));
}

export async function run(
  codec: ProtocolCodec,
  functions: StatefulFunctions | readonly StatefulFunctions[],
  batch: Batch,
  options?: HandlerOptions,
): Promise<InvocationOutcome> {
  return codec.decodeResponse(await respond(codec, functions, batch, options));
}

/** The same for a batch whose states are all known. */
export async function complete(...args: Parameters<typeof run>): Promise<Completed> {
  const outcome = await run(...args);
  if (outcome.kind !== "completed") throw new TypeError(`the batch ended ${outcome.kind}`);
  return outcome;
}

/** That it fails with this code; the error, for tests that look closer. */
export async function failure(
  work: Promise<unknown> | (() => unknown),
  code: StateFunErrorCode,
): Promise<Error> {
  const error = await Promise.resolve(typeof work === "function" ? attempt(work) : work).then(
    () => expect.fail(`nothing failed, expected ${code}`),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "StateFunError", code });
  // It is a StateFunError, as its name says.
  return error as Error;
}

/** What a batch wrote to a state: undefined is no mutation, null a deletion. */
export function written<V>(outcome: Completed, name: string, type: Type<V>): V | null | undefined {
  const found = outcome.mutations.filter((mutation) => mutation.name === name);
  expect(found.length).toBeLessThan(2);
  const [mutation] = found;
  if (mutation === undefined) return undefined;
  return mutation.value === undefined ? null : readValue(mutation.value, type);
}

export function readValue<V>({ typename, bytes }: WireValue, type: Type<V>): V {
  expect(typename).toBe(type.typename);
  if (bytes === undefined) return expect.fail(`a ${typename} without a value`);
  return type.decode(bytes);
}

/** The values of all messages sent at once. */
export function sent<V>({ messages }: Completed, type: Type<V>): V[] {
  return messages.map(({ argument }) => readValue(argument, type));
}

export function emitted<V>({ egresses }: Completed, type: Type<V>): V[] {
  return egresses.map(({ argument }) => readValue(argument, type));
}

export function header(key: string, text: string | undefined): WireHeader {
  return { key, value: text === undefined ? undefined : new TextEncoder().encode(text) };
}

async function attempt(work: () => unknown): Promise<unknown> {
  return await work();
}
