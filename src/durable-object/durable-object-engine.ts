import type { Client } from "../client/client.ts";
import type { ErrorDetail } from "../handler/options.ts";
import { localApplication } from "../host/application.ts";
import type { DeadLetters } from "../host/dead-letters.ts";
import { deadLettersOver } from "../host/dead-letters-client.ts";
import { egressTargets } from "../host/egress-targets.ts";
import { type RuntimeOptions, resolveRuntimeOptions } from "../host/options.ts";
import { platformBytes } from "../host/platform.ts";
import {
  assertFunction,
  assertKnownKeys,
  assertNonEmpty,
  invalid,
  isRecord,
} from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { ObserverOption } from "../model/observer-option.ts";
import type { RetryOptions } from "../model/retry-options.ts";
import type { Address } from "../sdk/addressing/address.ts";
import type { EgressBinding } from "../sdk/egress/egress.ts";
import type { FunctionRef } from "../sdk/functions/function-ref.ts";
import type { Module } from "../sdk/functions/function-table.ts";
import { createSurface } from "../surface/create-surface.ts";
import { exposureOf } from "../surface/exposure.ts";
import type { HttpSurfaceOptions } from "../surface/options.ts";
import { directoryOf } from "./directory-shards.ts";
import type { DurableObjectInstance } from "./durable-object-instance.ts";
import {
  assertLocation,
  type Jurisdiction,
  type LocationHint,
  type LocationOptions,
} from "./location.ts";
import { checked, namespaceOf } from "./misconfigured.ts";
import { statefulObject } from "./object/stateful-object.ts";
import { takenClock } from "./object/taken-clock.ts";
import { Turns } from "./object/turns.ts";
import { placementOf } from "./object-names.ts";
import type { ObjectRpc } from "./object-rpc.ts";
import type { DurableObjectBindings } from "./platform.ts";
import { stubsOf } from "./worker/stubs.ts";
import { workerClient } from "./worker/worker-client.ts";
import { workerHost } from "./worker/worker-host.ts";

export interface DurableObjectOptions<Env> {
  /** A module or a list of modules. */
  readonly modules: Module<Env> | readonly Module<Env>[];
  /** The binding of the namespace of `StatefulObject`, as wrangler.toml names it. */
  readonly binding: DurableObjectBindings<NoInfer<Env>>;
  /** Where records are delivered. `keep` keeps the records of an egress in one object, for reading. */
  readonly egresses?: readonly EgressBinding[];
  /** What `worker` serves besides `/health`. @default nothing */
  readonly http?: HttpSurfaceOptions;
  /** For functions without a `retry` of their own. @default 8 attempts, 100 ms doubling to 60 s */
  readonly retry?: RetryOptions;
  /** Time for a batch of messages of one instance, in milliseconds. @default 55_000, as on a cluster */
  readonly timeoutMs?: number;
  /** How long an idempotency key is remembered, in milliseconds. @default 604_800_000, 7 days */
  readonly idempotencyRetentionMs?: number;
  /**
   * The name of the object that holds an address. It must always be the same for the same address: messages and
   * state stay in the object that was named when they came, and an object refuses addresses that are not its own.
   * A string of 1 to 16,384 bytes that does not begin with `statefun/`; anything else, and an error that it
   * throws, is `invalid_argument` where the message is sent.
   * @default one object per address, `namespace/name/id`
   */
  readonly placement?: (address: Address) => string;
  /**
   * Where the platform may make the object of an address: a name for all objects, or a function of the address, which is not
   * asked for the objects of the engine itself (dead letters, kept egresses). The platform looks at it when it makes the
   * object, takes it as advice, and never moves an object later. What the function throws is reported once, and the object is
   * made without a hint.
   * @default near the first request to the object
   */
  readonly locationHint?: LocationHint | ((address: Address) => LocationHint | undefined);
  /**
   * The jurisdiction in which all objects run and store: a name, or a function of `env`, because `wrangler dev` has none.
   * Objects of one name in two jurisdictions are two objects: choose it before the first deploy, and use the same one
   * in every Worker.
   * @default none: objects are anywhere
   */
  readonly jurisdiction?: Jurisdiction | ((env: NoInfer<Env>) => Jurisdiction | undefined);
  /**
   * Whether the addresses that have a state can be listed: those of all functions, or of some. An object reports to objects of the
   * directory when an address comes and when it is gone, each of which costs a row there at most, and the first message to an
   * address waits for one RPC more.
   * @default false, because most applications know their ids, and each address would cost that row
   */
  readonly directory?: boolean | readonly Pick<FunctionRef, "typename">[];
  /** Gets every error, with its place. @default console.error */
  readonly onError?: (error: unknown, detail: ErrorDetail) => void;
  /**
   * One observer or a list. Its hooks are called as things happen in this isolate, for traces, metrics and logs: in its objects, and by
   * its client. No hook is called when the platform ends an object.
   * @default none: nothing is observed, which costs nothing
   */
  readonly observer?: ObserverOption;
  /**
   * Every object stores what comes and delivers what it has sent to other objects, and runs nothing: no handler, no delayed message,
   * no delivery. For moving state: an export needs it to be of one moment, and an import to be complete before anything runs. Ends with a deploy without it.
   * @default false
   */
  readonly paused?: boolean;
  /** Smaller limits, for tests. @internal */
  readonly limits?: RuntimeOptions["limits"];
}

const known = [
  "modules",
  "binding",
  "egresses",
  "http",
  "retry",
  "timeoutMs",
  "idempotencyRetentionMs",
  "placement",
  "locationHint",
  "jurisdiction",
  "directory",
  "onError",
  "observer",
  "paused",
  "limits",
];

export interface DurableObjectEngine<Env> {
  /** The class of the objects: the Worker must extend it, and export it under the name that wrangler.toml has. */
  readonly StatefulObject: new (
    state: unknown,
    env: Env,
  ) => DurableObjectInstance;
  /** `export default engine.worker`, or a part of an app. */
  readonly worker: { fetch(request: Request, env: Env, context?: unknown): Promise<Response> };
  /**
   * `send`, `call` and the dead letters, for the rest of the Worker. There is no `instance`: an object shows itself in
   * pages, so that there is no one moment that all of it is of. `GET /admin/instance` reads these pages.
   */
  client(env: Env): Client & { readonly deadLetters: DeadLetters };
}

/**
 * The engine on Cloudflare: each address has a Durable Object with its state, its mailbox and its timers. Throws
 * `invalid_argument` for an invalid application.
 *
 * @example
 * ```ts
 * import { env } from "cloudflare:workers";
 * import { StatefulFunctions, string } from "statefun";
 * import { durableObjectEngine } from "statefun/durable-object";
 * import { bearerToken } from "statefun/http";
 *
 * interface Env {
 *   readonly STATEFUN: DurableObjectNamespace;
 * }
 *
 * const functions = new StatefulFunctions();
 * const greeter = functions.bind("demo/greeter", { accepts: string }, () => {});
 *
 * const engine = durableObjectEngine<Env>({
 *   modules: [functions],
 *   binding: "STATEFUN",
 *   http: {
 *     expose: [greeter],
 *     // `npx wrangler secret put TOKEN`
 *     authenticate: bearerToken(() => (env as { readonly TOKEN?: string }).TOKEN),
 *   },
 * });
 *
 * export class StatefulObject extends engine.StatefulObject {}
 *
 * export default {
 *   fetch: (request, env) => engine.worker.fetch(request, env),
 * } satisfies ExportedHandler<Env>;
 * ```
 */
export function durableObjectEngine<Env>(
  options: DurableObjectOptions<Env>,
): DurableObjectEngine<Env> {
  if (!isRecord(options)) throw invalid(`the options must be an object, got ${show(options)}`);
  // A store, for one, would be an option of a runtime: here it would be ignored.
  assertKnownKeys(options, known, "the options of durableObjectEngine");
  const { binding, placement: given, locationHint, jurisdiction, directory, ...rest } = options;
  const location: LocationOptions<Env> = {
    ...(locationHint !== undefined && { locationHint }),
    ...(jurisdiction !== undefined && { jurisdiction }),
  };
  assertNonEmpty(binding, "binding");
  if (given !== undefined) assertFunction(given, "placement");
  assertLocation(location);
  // What a function wants of `env` is checked by the type of the options.
  const resolved = resolveRuntimeOptions(rest as unknown as RuntimeOptions);
  const application = localApplication(resolved);
  // Each object makes its own of them: what is wrong is found here.
  egressTargets(application.bindings, undefined, () => "");
  const placement = placementOf(given);
  const listed = directoryOf(directory, application.functions);
  const check = checked((error) => resolved.onError(error, {}));
  const onError = (error: unknown): void => resolved.onError(error, {});
  const stubs = stubsOf<Env>({ location, binding, check, onError });
  const stub = (env: Env, name: string, address: WireAddress | undefined): ObjectRpc =>
    stubs(
      env,
      check(() => namespaceOf(env, binding)),
      name,
      address,
    );
  const hostOf = (env: Env) =>
    workerHost(application, placement, (name, address) => stub(env, name, address), listed, {
      isPaused: resolved.isPaused,
      isPlaced: given !== undefined,
    });
  // A wrong name is found at once, not by the first request.
  exposureOf(resolved.http, hostOf({} as Env));
  const clock = takenClock();
  const settings = {
    maxMessageBytes: resolved.maxMessageBytes,
    maxStateBytes: resolved.maxStateBytes,
    onError,
  };
  return {
    StatefulObject: statefulObject<Env>({
      ...{ application, options: resolved, placement, stub, jurisdiction, directory: listed },
      ...{ binding, check, turns: new Turns(clock.monotonic) },
      platform: { clock, random: Math.random, randomBytes: platformBytes },
    }),
    worker: {
      // One surface per request: a surface counts its running requests, and a disconnected client never decrements
      // the counter.
      fetch: async (request, env) => createSurface(hostOf(env), resolved.http, settings)(request),
    },
    client(env) {
      const host = hostOf(env);
      return {
        ...workerClient(host, application.functions, resolved.maxMessageBytes, resolved.observer),
        deadLetters: deadLettersOver(host),
      };
    },
  };
}
