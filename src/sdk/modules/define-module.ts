import { assertKnownKeys, assertNonEmpty, invalid, isRecord } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { EgressBinding } from "../egress/egress.ts";
import type { FunctionRef } from "../functions/function-ref.ts";
import type { AnyModule, EnvOf, Module } from "../functions/function-table.ts";
import type { Accepts } from "../types/type.ts";

/** A way in: made by a connector. */
export interface Ingress {
  readonly typename: string;
  readonly "~ingress": unknown;
}

/** Functions behind an HTTP endpoint that speaks the request-reply protocol. */
export interface RemoteEndpoint {
  // biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
  readonly functions: readonly (FunctionRef<Accepts, Accepts, {}> | `${string}/*`)[];
  readonly urlPathTemplate: string;
  readonly protocol?: "v2" | "v3";
  /** The states of a v2 function, which only its caller can declare. */
  readonly states?: readonly {
    readonly name: string;
    readonly expireAfterWriteMs?: number;
    readonly expireAfterCallMs?: number;
  }[];
  readonly maxNumBatchRequests?: number;
  /** For one request and all of its answer. @default 120_000, as on a cluster; 60_000 with the transport okhttp */
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** How a StateFun cluster reaches it, as a module file says. */
  readonly transport?: EndpointTransport;
}

/** The settings of a transport of StateFun beside its time for a call; those left out have the transport's defaults. */
export interface EndpointTransport {
  /** `io.statefun.transports.v1/async` or `/okhttp`. */
  readonly type: "async" | "okhttp";
  /** @default 20_000 with async, 10_000 with okhttp */
  readonly connectTimeoutMs?: number;
  /** Of OkHttp. @default 10_000 */
  readonly readTimeoutMs?: number;
  /** Of OkHttp. @default 10_000 */
  readonly writeTimeoutMs?: number;
  /** Of async, for a request and for a response. @default 33_554_432 */
  readonly maxPayloadBytes?: number;
  /** Of async: how many connections are kept. @default 1024 */
  readonly poolSize?: number;
  /** Of async: how long one is kept; 0 keeps none. @default 15_000 */
  readonly poolTtlMs?: number;
  /** Of async since 3.3, as the rest: files with certificates, by path. */
  readonly trustCaCerts?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  /** A file with the password. */
  readonly clientKeyPassword?: string;
}

/** What a module contributes. */
export interface ModuleParts<M extends readonly AnyModule[] = readonly AnyModule[]> {
  readonly functions?: M;
  readonly endpoints?: readonly RemoteEndpoint[];
  readonly ingresses?: readonly Ingress[];
  readonly egresses?: readonly EgressBinding[];
}

/**
 * Gathers functions, remote endpoints, ways in and ways out under one name.
 *
 * @example
 * ```ts
 * import { defineModule, egress, functionRef, keep, StatefulFunctions, string } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * const greetings = egress("demo/greetings", string);
 * const scorer = functionRef("python/scorer", string);
 *
 * export const shop = defineModule({
 *   name: "shop",
 *   functions: [functions],
 *   endpoints: [{ functions: [scorer], urlPathTemplate: "http://scorer:8000/statefun" }],
 *   egresses: [keep(greetings)],
 * });
 * ```
 */
export function defineModule<const M extends readonly AnyModule[] = readonly []>(
  parts: ModuleParts<M> & { readonly name: string },
): Module<EnvOf<M>> {
  const kinds = ["functions", "endpoints", "ingresses", "egresses"] as const;
  assertKnownKeys(parts, ["name", ...kinds], "the parts of a module");
  const { name } = parts;
  assertNonEmpty(name, "the name of a module");
  for (const kind of kinds) {
    const list: unknown = parts[kind];
    if (list === undefined || Array.isArray(list)) continue;
    throw invalid(`${kind} of module ${show(name)} must be a list, got ${show(list)}`);
  }
  // What it wants of `env` is in its type alone.
  return { "~module": name, "~parts": parts } as Module<EnvOf<M>>;
}

/** One thing of a module, and whose it is. */
export interface Owned<T> {
  readonly module: string;
  readonly part: T;
}

/** Everything that a list of modules is made of. */
export interface Application {
  /** Modules of functions. */
  readonly functions: readonly AnyModule[];
  readonly endpoints: readonly Owned<RemoteEndpoint>[];
  readonly ingresses: readonly Owned<Ingress>[];
  readonly egresses: readonly Owned<EgressBinding>[];
}

/** Takes modules apart, those within modules too. Throws `invalid_argument` for what is no module. */
export function applicationOf(modules: readonly unknown[]): Application {
  const all = {
    functions: [] as AnyModule[],
    endpoints: [] as Owned<RemoteEndpoint>[],
    ingresses: [] as Owned<Ingress>[],
    egresses: [] as Owned<EgressBinding>[],
  };
  const seen = new Set<unknown>();
  const add = (module: unknown): void => {
    // Given twice, it is still one module.
    if (seen.has(module)) return;
    seen.add(module);
    if (!isRecord(module) || typeof module["~module"] !== "string") {
      throw invalid(`expected a module, got ${show(module)}`);
    }
    const name = module["~module"];
    if (!isRecord(module["~parts"])) {
      all.functions.push(module as unknown as AnyModule);
      return;
    }
    // Only defineModule sets the property, to what was checked.
    const parts = module["~parts"] as ModuleParts;
    for (const inner of parts.functions ?? []) add(inner);
    for (const part of parts.endpoints ?? []) all.endpoints.push({ module: name, part });
    for (const part of parts.ingresses ?? []) all.ingresses.push({ module: name, part });
    for (const part of parts.egresses ?? []) all.egresses.push({ module: name, part });
  };
  for (const module of modules) add(module);
  return all;
}
