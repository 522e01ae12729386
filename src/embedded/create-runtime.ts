import type { Engine } from "../engine/engine.ts";
import type { EnvOption } from "../handler/options.ts";
import { assertInteger, assertKnownKeys, assertText, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { acceptedBy } from "../sdk/address.ts";
import type { FunctionTable } from "../sdk/bound-function.ts";
import type { AnyModule, EnvOf } from "../sdk/module.ts";
import { memoryStore } from "../store/memory-store.ts";
import { engineStoreOf } from "../store/store-handle.ts";
import { engineClient } from "./engine-client.ts";
import { healthResponse } from "./health-response.ts";
import {
  type ResolvedRuntimeOptions,
  type RuntimeOptions,
  resolveRuntimeOptions,
} from "./options.ts";
import { asyncDispose, deferred, platformClock } from "./platform.ts";
import type { DeadLetters, Runtime } from "./runtime.ts";
import { localApplication, startEngine } from "./start-engine.ts";
import { deadLetterOf, instanceOf } from "./views.ts";

const defaultDrainMs = 10_000;

/**
 * Opens the store and runs the application in this process: what an earlier run left behind goes on at once.
 * Rejects with `invalid_argument` for an application that cannot be, and with `store_locked`, `store_newer`
 * or `store_failed` for a store that cannot be opened.
 */
export async function createRuntime<const M extends readonly AnyModule[]>(
  options: RuntimeOptions<M> & EnvOption<EnvOf<M>>,
): Promise<Runtime> {
  const resolved = resolveRuntimeOptions(options as RuntimeOptions);
  const application = localApplication(resolved);
  const engine = await startEngine(application, resolved, {
    store: engineStoreOf(resolved.store ?? memoryStore()),
    clock: platformClock,
    random: Math.random,
    defer: deferred(),
    tokenScope: "address",
    maxCrashes: 8,
    kafkaHeaders: "send",
  });
  return runtimeOf(engine, application.functions, resolved);
}

function runtimeOf(
  engine: Engine,
  functions: FunctionTable,
  { maxMessageBytes }: ResolvedRuntimeOptions,
): Runtime {
  let closing: Promise<void> | undefined;
  const close = async (options: { readonly drainMs?: number } = {}): Promise<void> => {
    assertKnownKeys(options, ["drainMs"], "the options of close");
    const { drainMs = defaultDrainMs } = options;
    assertInteger(drainMs, "drainMs", 0, 2 ** 31 - 1);
    closing ??= engine.close(drainMs);
    return closing;
  };
  const client = engineClient({
    engine: () => engine,
    functions,
    clock: platformClock,
    maxMessageBytes,
  });
  return {
    ...client,
    fetch: async (request) => healthResponse(request, engine.health()),
    idle: () => engine.idle(),
    async instance(address) {
      acceptedBy(address);
      const { typename, id } = address;
      const view = engine.inspect({ typename, id });
      // Nothing is shown that a crash could take back.
      await engine.flush();
      return instanceOf(view, functions.get(typename));
    },
    deadLetters: deadLettersOf(engine),
    close,
    [asyncDispose()]: () => close(),
  } as Runtime;
}

function deadLettersOf(engine: Engine): DeadLetters {
  return {
    async list(options = {}) {
      assertKnownKeys(options, ["limit", "after", "typename"], "the options of list");
      const { limit = 100, after = "0", typename } = options;
      assertInteger(limit, "limit", 1, 10_000);
      if (typename !== undefined) assertText(typename, "typename");
      await engine.flush();
      const records = engine.deadLetters(numberOf(after), limit, typename);
      await engine.flush();
      return records.map(deadLetterOf);
    },
    replay: async (id) => engine.replay(numberOf(id)),
    discard: async (id) => engine.discard(numberOf(id)),
  };
}

function numberOf(id: unknown): number {
  const number = typeof id === "string" && /^\d+$/.test(id) ? Number(id) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw invalid(`the id of a dead letter must be one that list gave, got ${show(id)}`);
}
