import { type ResolvedHandlerOptions, resolveHandlerOptions } from "../../handler/options.ts";
import type { HandlerOptions } from "../../handler/options.ts";
import {
  assertFunction,
  assertInteger,
  assertKnownKeys,
  assertNonEmpty,
  assertTypename,
  assertUserTypename,
  invalid,
  isRecord,
} from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { MissingValue } from "../../model/outcome.ts";
import type { Typename } from "../../sdk/types/type.ts";

/** A state of a function that is not bound here, as that function itself declares it. */
export type ForeignState =
  | string
  | {
      readonly type: string;
      readonly expireAfterWriteMs?: number;
      readonly expireAfterCallMs?: never;
    }
  | {
      readonly type: string;
      readonly expireAfterCallMs?: number;
      readonly expireAfterWriteMs?: never;
    };

export interface MigrationOptions {
  /** Where the records of the move go: the id of an egress in module.yaml. */
  readonly egress: Typename;
  /**
   * The topic, if it is a Kafka egress.
   * @default none: the egress gets values of type `statefun.migration/record`, which are JSON
   */
  readonly topic?: string | undefined;
  /**
   * The largest record in bytes; a longer export comes in several.
   * @default 900_000, because a Kafka producer and a topic take about 1 MB unless they are configured otherwise
   */
  readonly maxRecordBytes?: number;
  /**
   * The states of functions that are not bound here, by typename and name, with the typename of the value.
   * @default a function that is not listed is asked: it is sent a reserved message without any state, and the states that it
   * misses are its states. A function without states would handle that message, so list it with `{}`
   */
  readonly states?: Readonly<Record<string, Readonly<Record<string, ForeignState>>>>;
}

/** The options of a handler that count in front of an endpoint. */
export type EndpointOptions = Pick<
  HandlerOptions,
  "protocol" | "maxBodyBytes" | "bodyTimeoutMs" | "authenticate" | "onError" | "limits"
> & {
  /** @default the global one */
  readonly fetch?: typeof fetch;
};

export interface ResolvedMigrationOptions {
  readonly egress: string;
  readonly topic: string | undefined;
  readonly maxRecordBytes: number;
  readonly states: ReadonlyMap<string, readonly MissingValue[]>;
  readonly fetch: typeof fetch;
  readonly handler: ResolvedHandlerOptions;
  /** As they were given, for a handler behind this one. */
  readonly handlerOptions: HandlerOptions;
}

/** A record says who it is about beside its piece. */
const minRecordBytes = 4_096;

export function resolveMigrationOptions(
  options: MigrationOptions & EndpointOptions,
): ResolvedMigrationOptions {
  const given: unknown = options;
  if (!isRecord(given)) throw invalid(`the options must be an object, got ${show(given)}`);
  const {
    egress,
    topic,
    maxRecordBytes = 900_000,
    states = {},
    fetch: fetchOption,
    ...handlerOptions
  } = options;
  assertUserTypename(egress, "egress");
  if (topic !== undefined) assertNonEmpty(topic, "topic");
  assertInteger(maxRecordBytes, "maxRecordBytes", minRecordBytes);
  if (fetchOption !== undefined) assertFunction(fetchOption, "fetch");
  if (!isRecord(states)) throw invalid(`states must be an object, got ${show(states)}`);
  return {
    egress,
    topic,
    maxRecordBytes,
    states: new Map(Object.entries(states).map(([name, of]) => [name, statesOf(name, of)])),
    fetch: fetchOption ?? ((input, init) => fetch(input, init)),
    handler: resolveHandlerOptions(handlerOptions),
    handlerOptions,
  };
}

function statesOf(typename: string, given: unknown): readonly MissingValue[] {
  assertTypename(typename, "a function in states");
  if (!isRecord(given)) {
    throw invalid(`the states of ${typename} must be an object, got ${show(given)}`);
  }
  return Object.entries(given).map(([name, state]) => foreignState(name, state, typename));
}

const settings = ["type", "expireAfterWriteMs", "expireAfterCallMs"];

function foreignState(name: string, given: unknown, owner: string): MissingValue {
  const what = `state ${show(name)} of ${owner}`;
  assertNonEmpty(name, `the name of a state of ${owner}`);
  const spec: unknown = typeof given === "string" ? { type: given } : given;
  assertKnownKeys(spec, settings, `the settings of ${what}`);
  const { type, expireAfterWriteMs, expireAfterCallMs } = spec as Record<string, unknown>;
  assertTypename(type, `the type of ${what}`);
  if (expireAfterWriteMs !== undefined && expireAfterCallMs !== undefined) {
    throw invalid(`${what} can expire after a write or after a call, not both`);
  }
  const afterMs = expireAfterWriteMs ?? expireAfterCallMs;
  if (afterMs === undefined) {
    return { name, typename: type, expiration: { mode: "none", afterMs: 0 } };
  }
  assertInteger(afterMs, `the expiration of ${what} in ms`, 1);
  const mode = expireAfterWriteMs === undefined ? "after-call" : "after-write";
  return { name, typename: type, expiration: { mode, afterMs } };
}
