import type { Json, JsonObject } from "./fixtures.ts";

/** What the bytes of a message say, with the field names of the .proto files. Bytes are hex, int64 are decimal. */
export interface AddressMeaning {
  readonly namespace: string;
  readonly type: string;
  readonly id: string;
}
export interface HeaderMeaning {
  readonly key: string;
  readonly value: string;
  readonly has_value: boolean;
}
/** v3's TypedValue or v2's Any: `wire` says which fields are there. */
export interface ValueMeaning {
  readonly typename?: string;
  readonly has_value?: boolean;
  readonly type_url?: string;
  readonly value: string;
  readonly metadata?: readonly HeaderMeaning[];
}
export interface StateMeaning {
  readonly state_name: string;
  /** Hex on v2. */
  readonly state_value: ValueMeaning | string | null;
}
export interface RequestMeaning {
  readonly invocation?: {
    readonly target: AddressMeaning | null;
    readonly state: readonly StateMeaning[];
    readonly invocations: readonly {
      readonly caller: AddressMeaning | null;
      readonly argument: ValueMeaning | null;
    }[];
  };
  readonly request?: null;
  /** Instead of a meaning that is too large to list. */
  readonly summary?: Json;
}
export interface MessageMeaning {
  readonly target: AddressMeaning | null;
  readonly argument: ValueMeaning | null;
}
export interface DelayedMeaning extends MessageMeaning {
  readonly delay_in_ms: string;
  readonly is_cancellation_request?: boolean;
  readonly cancellation_token?: string;
}
export interface MutationMeaning extends StateMeaning {
  readonly mutation_type: string | number;
}
export interface ResultMeaning {
  readonly state_mutations: readonly MutationMeaning[];
  readonly outgoing_messages: readonly MessageMeaning[];
  readonly delayed_invocations: readonly DelayedMeaning[];
  readonly outgoing_egresses: readonly {
    readonly egress_namespace: string;
    readonly egress_type: string;
    readonly argument: ValueMeaning | null;
  }[];
}
export interface MissingMeaning {
  readonly state_name: string;
  readonly expiration_spec: {
    readonly mode: string | number;
    readonly expire_after_millis: string;
  } | null;
  readonly type_typename: string;
}
export interface ResponseMeaning {
  readonly invocation_result?: ResultMeaning;
  readonly incomplete_invocation_context?: { readonly missing_values: readonly MissingMeaning[] };
  readonly response?: null;
}

function byName(one: Json, other: Json): number {
  const key = (value: Json) => JSON.stringify(value);
  return key(one) < key(other) ? -1 : 1;
}

/** Lists whose order means nothing: the SDKs write them in the order of a hash map or of the declaration. */
const unordered = new Set(["state_mutations", "missing_values"]);
/** Fields of the fork's schema, which the older schemas' meanings leave out. */
const optional = new Set(["metadata", "headers"]);

const noEffects: Json = {
  invocation_result: {
    delayed_invocations: [],
    outgoing_egresses: [],
    outgoing_messages: [],
    state_mutations: [],
  },
};

/**
 * Equal meanings become equal values: sets are sorted, empty lists of the fork's fields left out, and a
 * response without a member is one without effects, which is how every runtime reads it.
 */
export function normalize(meaning: unknown): Json {
  // A meaning is JSON by construction, whatever its interface is called.
  const value = meaning as Json;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(normalize);
  // A readonly array is not narrowed away above.
  const { response } = value as JsonObject;
  if (response === null) return noEffects;
  const entries = Object.entries(value)
    .filter(([key, part]) => !(optional.has(key) && Array.isArray(part) && part.length === 0))
    .map(([key, part]): [string, Json] => {
      const normal = normalize(part);
      return [key, unordered.has(key) && Array.isArray(normal) ? normal.toSorted(byName) : normal];
    })
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries);
}
