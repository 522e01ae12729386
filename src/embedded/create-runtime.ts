import type { Engine } from "../engine/contract/engine.ts";
import type { Store as EngineStore } from "../engine/contract/store.ts";
import type { EnvOption } from "../handler/options.ts";
import type { Recording } from "../host/admin/recording/recording.ts";
import { type LocalApplication, wholeApplication } from "../host/application.ts";
import { countedFor } from "../host/counted-for.ts";
import { deadLettersOver } from "../host/dead-letters-client.ts";
import { engineClient } from "../host/engine-client.ts";
import { type KeptUnbound, surfaceHost } from "../host/engine-surface.ts";
import { inspect } from "../host/inspect.ts";
import { lazySurface } from "../host/lazy-surface.ts";
import { exportStream } from "../host/moving/export-stream.ts";
import { LazyImports } from "../host/moving/lazy-imports.ts";
import {
  type ResolvedRuntimeOptions,
  type RuntimeOptions,
  resolveRuntimeOptions,
} from "../host/options.ts";
import { asyncDispose, deferred, platformBytes, platformClock } from "../host/platform.ts";
import { playgroundHost } from "../host/playground-host.ts";
import { startEngine } from "../host/start-engine.ts";
import { instanceOf, openedStates } from "../host/views.ts";
import { connected } from "../host/with-ingresses.ts";
import { assertInteger, assertKnownKeys } from "../internal/assert.ts";
import { longestWaitMs } from "../internal/limits.ts";
import type { WatchedObserver } from "../model/watch.ts";
import { acceptedBy } from "../sdk/addressing/address.ts";
import type { AnyModule, EnvOf } from "../sdk/functions/function-table.ts";
import { memoryStore } from "../store/memory/memory-store.ts";
import { engineStoreOf } from "../store/store-handle.ts";
import type { PlaygroundHost } from "../surface/playground/playground-host.ts";
import type { SurfaceHost } from "../surface/surface-host.ts";
import type { Backups } from "./backups.ts";
import type { Runtime } from "./runtime.ts";
import { passGuard } from "./start-guard.ts";

const defaultDrainMs = 10_000;

/**
 * Opens the store and runs the application in this process; unfinished work of an earlier run continues at once.
 * Rejects with `invalid_argument` for an invalid application, and with `store_locked`, `store_newer` or
 * `store_failed` for a store that cannot be opened.
 *
 * @example
 * ```ts
 * import { int, StatefulFunctions, string } from "statefun";
 * import { createRuntime, memoryStore } from "statefun/runtime";
 *
 * const functions = new StatefulFunctions();
 * const counter = functions.bind(
 *   "demo/counter",
 *   { accepts: string, replies: int, state: { visits: { type: int, initial: 0 } } },
 *   (context) => {
 *     context.state.visits += 1;
 *     context.reply(context.state.visits);
 *   },
 * );
 *
 * // `sqliteStore("app.db")` of `statefun/sqlite` keeps it over a crash.
 * const runtime = await createRuntime({ modules: [functions], store: memoryStore() });
 * console.log(await runtime.call(counter.at("zoe"), "hello"));
 * await runtime.close();
 * ```
 */
export async function createRuntime<const M extends AnyModule | readonly AnyModule[]>(
  options: RuntimeOptions<M> & EnvOption<EnvOf<M>>,
): Promise<Runtime> {
  const resolved = resolveRuntimeOptions(options as RuntimeOptions);
  await passGuard();
  return (await startRuntime(resolved, undefined)).runtime;
}

/** A runtime with the extras that `statefun dev` needs. */
export interface DevRuntime {
  readonly runtime: Runtime;
  readonly playground: PlaygroundHost;
}

/** As `createRuntime`, for development: records of an egress that is not bound are kept for reading. */
export async function createDevRuntime(
  options: RuntimeOptions,
  unbound: KeptUnbound,
): Promise<DevRuntime> {
  const resolved = resolveRuntimeOptions(options);
  const { runtime, engine, host } = await startRuntime(resolved, unbound);
  return { runtime, playground: playgroundHost(host, engine, resolved) };
}

interface Started {
  readonly runtime: Runtime;
  readonly engine: Engine;
  readonly host: SurfaceHost;
}

async function startRuntime(
  resolved: ResolvedRuntimeOptions,
  unbound: KeptUnbound | undefined,
): Promise<Started> {
  const application = await wholeApplication(resolved);
  const { options, counters } = await countedFor(resolved, application, platformClock);
  const recording = await recordingFor(resolved, unbound !== undefined);
  const store = engineStoreOf(resolved.store ?? memoryStore());
  const bare = await startEngine(application, options, {
    recording: recording?.place,
    kind: "embedded",
    store,
    isVolatile: resolved.store === undefined,
    clock: platformClock,
    random: Math.random,
    randomBytes: platformBytes,
    defer: deferred(),
    tokenScope: "address",
    kafkaHeaders: "own",
    keepsUnbound: unbound !== undefined,
    traffic: counters?.edges,
  });
  counters?.begin(() => bare);
  const engine = await connected(bare, application, options, counters?.edges);
  const imports = new LazyImports({
    store,
    assertOpen: () => engine.partition.ingress.assertOpen(),
    import: (want) => engine.import(want),
    abandonImport: (signal, by) => engine.abandonImport(signal, by),
  });
  const parts = {
    ...{ engine: () => engine, clock: platformClock, application, unbound },
    ...{ counters, recording, imports },
  };
  try {
    const host = surfaceHost(parts);
    const observer = await options.observer?.();
    const runtime = runtimeOf({ engine, store, host, observer, imports }, application, options);
    return { runtime, engine, host };
  } catch (error) {
    await engine.close(0);
    throw error;
  }
}

/** What operators may switch on; for development it always is. */
async function recordingFor(
  { http }: ResolvedRuntimeOptions,
  isAlways: boolean,
): Promise<Recording | undefined> {
  if (http.admin === undefined) return undefined;
  const { Recording } = await import("../host/admin/recording/recording.ts");
  return new Recording(platformClock, isAlways);
}

interface RuntimeParts {
  readonly engine: Engine;
  readonly store: EngineStore;
  readonly host: SurfaceHost;
  readonly observer: WatchedObserver | undefined;
  readonly imports: LazyImports;
}

function runtimeOf(
  { engine, store, host, observer, imports }: RuntimeParts,
  { functions }: LocalApplication,
  { http, maxMessageBytes, maxStateBytes, onError }: ResolvedRuntimeOptions,
): Runtime {
  let closing: Promise<void> | undefined;
  let backups: Backups | undefined;
  const closed = engine.ended.then(async (error) => {
    if (error !== undefined) throw error;
    await closing;
  });
  closed.catch(() => {});
  const close = async (options: { readonly drainMs?: number } = {}): Promise<void> => {
    assertKnownKeys(options, ["drainMs"], "the options of close");
    const { drainMs = defaultDrainMs } = options;
    assertInteger(drainMs, "drainMs", 0, longestWaitMs);
    closing ??=
      backups === undefined && !imports.isUsed
        ? engine.close(drainMs)
        : Promise.all([backups?.stop(), imports.stop()]).then(() => engine.close(drainMs));
    return closing;
  };
  const client = engineClient({
    engine: () => engine,
    functions,
    clock: platformClock,
    maxMessageBytes,
    observer,
  });
  return {
    ...client,
    fetch: lazySurface(host, http, {
      maxMessageBytes,
      maxStateBytes,
      onError: (error) => onError(error, {}),
    }),
    idle: () => engine.idle(),
    async instance(address) {
      acceptedBy(address);
      const { typename, id } = address;
      const view = inspect(engine, { typename, id });
      // Nothing is shown that a crash could take back.
      await engine.flush();
      const fn = functions.get(typename);
      return instanceOf({ ...view, state: await openedStates(view.state, fn) }, fn);
    },
    async instances(options) {
      const { listed } = await import("../host/instances-client.ts");
      return listed(host, options);
    },
    async upgrade(fn, options) {
      const { upgradeInstances } = await import("../host/upgrade/upgrade-instances.ts");
      return upgradeInstances(
        { engine: () => engine, functions, maxStateBytes, onError },
        fn,
        options,
      );
    },
    deadLetters: deadLettersOver(host),
    async backup(path, options) {
      const loaded = await import("./backups.ts");
      backups ??= new loaded.Backups(store, () => closing !== undefined);
      return backups.backUp(path, options);
    },
    import: (stream, options) => imports.import(stream, options),
    abandonImport: async () => (await imports.abandon()).count > 0,
    export: (options) => exportStream({ engine: () => engine, host }, options),
    close,
    closed,
    [asyncDispose()]: () => close(),
  } as Runtime;
}
