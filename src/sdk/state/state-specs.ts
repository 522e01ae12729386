import {
  assertInteger,
  assertKnownKeys,
  assertNonEmpty,
  assertTypename,
  invalid,
} from "../../internal/assert.ts";
import { bytesFromText } from "../../internal/bytes.ts";
import { reasonOf, show } from "../../internal/show.ts";

import type { MissingValue } from "../../model/outcome.ts";
import { assertType } from "../types/assert-type.ts";
import type { AnyType, Type, ValueOf } from "../types/type.ts";

/** A state with its settings. A bare type stands for `{ type }`. */
export type ValueSpec<T extends AnyType = AnyType> = {
  readonly type: T;
  /** What a read gives while nothing is stored; not stored until written. Given as a function when mutable. */
  readonly initial?: Initial<ValueOf<T>>;
} & (
  | {
      /** Milliseconds after the last write. A change of it reaches a Flink job at its next start. */
      readonly expireAfterWriteMs?: number;
      readonly expireAfterCallMs?: never;
    }
  | {
      /** Milliseconds after the last message to the instance. */
      readonly expireAfterCallMs?: number;
      readonly expireAfterWriteMs?: never;
    }
);

/**
 * `any` stands for every type while a table of states is being inferred. `Literal` makes the compiler infer the result
 * of a function as narrowly as it is written, so that `() => ({ kind: "open" })` is a value of a union.
 */
type Initial<V> = 0 extends 1 & V ? NonNullable<unknown> | null | (() => Literal) : V | (() => V);

type Literal = "" | 0 | 0n | true | null | readonly [] | { readonly [key: string]: Literal };

export type StateSpecs = { readonly [name: string]: AnyType | ValueSpec };

/** Distributes over unions: a program may make its table of states. */
type CheckedState<Spec> = Spec extends AnyType
  ? Spec
  : Spec extends { readonly type: infer T extends AnyType }
    ? ValueSpec<T>
    : ValueSpec;

/**
 * A table of states as it is checked: each state is a type or a `ValueSpec` of its own type. `S` is inferred from the
 * second part, whose last branch is never taken. Only `type` is read of what is being inferred: compilers before 7
 * infer the result of `initial` from the place it is given for, so reading `initial` there would be circular.
 */
export type CheckedStates<S extends StateSpecs> = {
  readonly [K in keyof S]: CheckedState<S[K]>;
} & (S extends StateSpecs ? unknown : S);

type StateValue<Spec> =
  Spec extends Type<infer V, string, infer _I>
    ? V
    : Spec extends { readonly type: Type<infer V, string, infer _I> }
      ? V
      : never;

type WithInitial<S> = {
  [K in keyof S]: S[K] extends { readonly initial: unknown } ? K : never;
}[keyof S];

/** The state as a handler sees it: a value, `undefined` when absent, or `initial`. */
export type State<S> = {
  -readonly [K in keyof S as K extends WithInitial<S> ? never : K]?: StateValue<S[K]> | undefined;
} & {
  -readonly [K in keyof S as K extends WithInitial<S> ? K : never]: StateValue<S[K]>;
};

/** A declared state after its checks. */
export interface ResolvedState {
  readonly name: string;
  /** Among the states of its function, from 0 on. */
  readonly place: number;
  readonly type: AnyType;
  readonly initial: (() => unknown) | undefined;
  readonly expiration: MissingValue["expiration"];
  /** It expires with all others of its instance that have no expiration of their own. */
  readonly isOfInstance: boolean;
}

/** What is checked here, one by one. */
interface Settings {
  readonly type?: unknown;
  readonly initial?: unknown;
  readonly expireAfterWriteMs?: unknown;
  readonly expireAfterCallMs?: unknown;
}

const settings = ["type", "initial", "expireAfterWriteMs", "expireAfterCallMs"];

/** `instanceMs`: how long an instance without a message keeps its states, if not for ever. */
export function resolveStates(
  specs: StateSpecs,
  owner: string,
  instanceMs?: number,
): ReadonlyMap<string, ResolvedState> {
  return new Map(
    Object.entries(specs).map(([name, spec], place) => [
      name,
      resolveState(name, spec, owner, place, instanceMs),
    ]),
  );
}

function resolveState(
  name: string,
  given: AnyType | ValueSpec,
  owner: string,
  place: number,
  instanceMs: number | undefined,
): ResolvedState {
  const what = `state ${show(name)} of ${owner}`;
  assertNonEmpty(name, `the name of a state of ${owner}`);
  if (bytesFromText(name).length > 255) throw invalid(`${what} has a name of more than 255 bytes`);
  const spec = Object(given).type === undefined ? { type: given } : given;
  assertKnownKeys(spec, settings, `the settings of ${what}`);
  const { type, initial, expireAfterWriteMs, expireAfterCallMs } = spec as Settings;
  assertType(type, what);
  // A runtime splits it, and crashes on a second slash.
  assertTypename(type.typename, `the typename of ${what}`);
  if (expireAfterWriteMs !== undefined && expireAfterCallMs !== undefined) {
    throw invalid(`${what} can expire after a write or after a call, not both`);
  }
  const ownMs = expireAfterWriteMs ?? expireAfterCallMs;
  // A runtime takes no time to live of zero: the job would fail.
  if (ownMs !== undefined) assertInteger(ownMs, `the expiration of ${what} in ms`, 1);
  if (ownMs !== undefined && instanceMs !== undefined && ownMs > instanceMs) {
    throw invalid(`${what} expires after ${ownMs} ms, later than its instance (${instanceMs} ms)`);
  }
  const afterMs = ownMs ?? instanceMs;
  const after = expireAfterWriteMs === undefined ? "after-call" : "after-write";
  return {
    name,
    place,
    type,
    initial: resolveInitial(initial, type, what),
    expiration: { mode: afterMs === undefined ? "none" : after, afterMs: Number(afterMs ?? 0) },
    isOfInstance: ownMs === undefined && instanceMs !== undefined,
  };
}

function resolveInitial(
  initial: unknown,
  type: AnyType,
  what: string,
): (() => unknown) | undefined {
  if (initial === undefined) return undefined;
  if (typeof initial === "function") return () => initial();
  if (typeof initial === "object" && initial !== null) {
    throw invalid(`initial of ${what} would be shared by all instances: give a function`);
  }
  try {
    type.encode(initial);
  } catch (error) {
    throw invalid(`initial of ${what}: ${reasonOf(error)}`);
  }
  return () => initial;
}
