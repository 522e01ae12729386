import type { Client } from "../client/client.ts";
import { type LocalApplication, testedApplication } from "../host/application.ts";
import { countedFor } from "../host/counted-for.ts";
import type { DeadLetters } from "../host/dead-letters.ts";
import { deadLettersOver } from "../host/dead-letters-client.ts";
import { engineClient } from "../host/engine-client.ts";
import { surfaceHost } from "../host/engine-surface.ts";
import { inspect } from "../host/inspect.ts";
import { lazySurface } from "../host/lazy-surface.ts";
import { exportStream } from "../host/moving/export-stream.ts";
import type { LazyImports } from "../host/moving/lazy-imports.ts";
import { resolveRuntimeOptions } from "../host/options.ts";
import { asyncDispose, deferred } from "../host/platform.ts";
import type { UpgradeHost } from "../host/upgrade/upgrade-instances.ts";
import { instanceOf, openedStates, stateOf } from "../host/views.ts";
import { invalid, isRecord } from "../internal/assert.ts";
import { type Address, acceptedBy } from "../sdk/addressing/address.ts";
import type { AnyModule, EnvOf } from "../sdk/functions/function-table.ts";
import { traitsOf } from "../sdk/types/type-traits.ts";
import { memoryStore } from "../store/memory/memory-store.ts";
import { Activity } from "./activity.ts";
import { Emissions } from "./emissions.ts";
import { FlinkRules } from "./flink-rules.ts";
import { resolveTestOptions, type TestOptions } from "./options.ts";
import { endless } from "./patience.ts";
import { bytesBy, seeded } from "./random.ts";
import { Restarts } from "./restarts.ts";
import { Settling } from "./settling.ts";
import { moduleOf, stubbedName } from "./stub.ts";
import type { TestRuntime } from "./test-runtime.ts";
import { testedImports } from "./tested-imports.ts";
import { testedLetters } from "./tested-letters.ts";
import { UnknownFunctions } from "./unknown-functions.ts";
import { VirtualClock } from "./virtual-clock.ts";

/**
 * Runs modules under test: the real engine on a virtual clock and a memory store.
 *
 * @example
 * ```ts
 * import { int, StatefulFunctions, string } from "statefun";
 * import { createTestRuntime } from "statefun/testing";
 *
 * const functions = new StatefulFunctions();
 * const counter = functions.bind(
 *   "demo/counter",
 *   { accepts: string, state: { visits: { type: int, initial: 0 } } },
 *   (context) => {
 *     context.state.visits += 1;
 *   },
 * );
 *
 * const runtime = await createTestRuntime(functions);
 * await runtime.send(counter.at("zoe"), "hello");
 * await runtime.crash();
 * console.log(runtime.state(counter.at("zoe")).visits); // 1
 * await runtime.advance(60_000);
 * await runtime.close();
 * ```
 */
export async function createTestRuntime<const M extends AnyModule | readonly AnyModule[]>(
  modules: M,
  ...given: unknown extends EnvOf<M>
    ? [options?: TestOptions & { readonly env?: unknown }]
    : [options: TestOptions & { readonly env: EnvOf<M> }]
): Promise<TestRuntime> {
  const test = resolveTestOptions(given[0]);
  const rules = test.isFlink ? new FlinkRules() : undefined;
  const unknown = new UnknownFunctions();
  const resolved = resolveRuntimeOptions({
    modules: [...[modules as AnyModule | readonly AnyModule[]].flat(), ...test.stubs.map(moduleOf)],
    retry: test.retry,
    onError: (error, detail) => {
      rules?.failed(error);
      unknown.heard(error, detail);
      test.onError(error, detail);
    },
    observer: test.observer,
    http: test.http,
    ...(test.env === undefined ? {} : { env: test.env }),
  });
  const application = await testedApplication(resolved, new Set(test.stubs.map(stubbedName)));
  const defer = deferred();
  const clock = new VirtualClock(test.startMs, defer);
  const { options, counters } = await countedFor(resolved, application, clock);
  const activity = new Activity({
    clock,
    timeoutMs: options.timeoutMs,
    maxSteps: test.maxSteps,
    onEndless: (steps, target) => restarts.fail(endless(steps, target, clock)),
  });
  const emissions = new Emissions((where) => restarts.crashPoint(where));
  const restarts: Restarts = new Restarts({
    application,
    options,
    store: memoryStore(),
    crashProbability: test.crashProbability,
    host: {
      kind: "test",
      clock,
      defer,
      // Nobody sets this clock but the test.
      longestWaitMs: Number.MAX_SAFE_INTEGER,
      random: seeded(test.seed),
      // Names do not change what else is random.
      randomBytes: bytesBy(seeded(~test.seed)),
      tokenScope: test.isFlink ? "id" : "address",
      kafkaHeaders: test.isFlink ? "refuse" : "own",
      // However often a test lets the process die, no message is suspected for it.
      maxCrashes: Number.POSITIVE_INFINITY,
      egresses: emissions.targets(),
      traffic: counters?.edges,
      watch: (transport) => {
        activity.begin();
        return activity.watch(transport);
      },
    },
  });
  await restarts.start();
  counters?.begin(() => restarts.running);
  const { functions } = application;
  const client = engineClient({
    engine: () => restarts.current(),
    functions,
    clock,
    maxMessageBytes: options.maxMessageBytes,
    observer: await options.observer?.(),
  });
  const imports = testedImports(restarts);
  const host = surfaceHost({
    engine: () => restarts.current(),
    clock,
    application,
    unbound: undefined,
    ...{ counters, imports },
  });
  const { http, maxMessageBytes, maxStateBytes, onError } = options;
  // There are no strangers in a test.
  const fetch = lazySurface(
    host,
    { ...http, figures: true },
    {
      maxMessageBytes,
      maxStateBytes,
      onError: (error) => onError(error, {}),
    },
  );
  const settling = new Settling({
    restarts,
    clock,
    activity,
    rules,
    unknown,
    patienceMs: test.patienceMs,
  });
  return testRuntime({
    restarts,
    clock,
    client,
    letters: deadLettersOver(host),
    ...{ host, imports },
    fetch,
    emissions,
    rules,
    unknown,
    functions,
    settling,
    upgrading: { functions, maxStateBytes, onError },
  });
}

interface Parts {
  readonly restarts: Restarts;
  readonly clock: VirtualClock;
  readonly client: Client;
  readonly letters: DeadLetters;
  readonly host: ReturnType<typeof surfaceHost>;
  readonly imports: LazyImports;
  readonly fetch: TestRuntime["fetch"];
  readonly emissions: Emissions;
  readonly rules: FlinkRules | undefined;
  readonly unknown: UnknownFunctions;
  readonly functions: LocalApplication["functions"];
  readonly settling: Settling;
  readonly upgrading: Omit<UpgradeHost, "engine">;
}

function testRuntime(parts: Parts): TestRuntime {
  const { restarts, clock, client, letters, host, imports, fetch, emissions } = parts;
  const { rules, unknown, functions, settling, upgrading } = parts;
  let keys = 0;
  /** The process may die at any time: a message without a key is given one, so that it may be sent again. */
  const keyed = (given: unknown): unknown => {
    // What is no options is refused, as everywhere.
    if (given !== undefined && !isRecord(given)) return given;
    const { idempotencyKey = `test-${++keys}`, ...options } = given ?? {};
    return { ...options, idempotencyKey };
  };
  const settled = () => settling.settled();
  const seen = ({ typename, id }: Address) => inspect(restarts.current(), { typename, id });
  const look = async <S>(address: Address<never, unknown, S>) => {
    acceptedBy(address);
    const view = seen(address);
    const fn = functions.get(address.typename);
    return instanceOf<S>({ ...view, state: await openedStates(view.state, fn) }, fn);
  };
  const stateNow = (address: Address): object => {
    acceptedBy(address);
    const fn = functions.get(address.typename);
    if ([...(fn?.states.values() ?? [])].some(({ type }) => traitsOf(type).open !== undefined)) {
      const text = `${address.typename} has encrypted states: use (await instance(address)).state`;
      throw invalid(text);
    }
    return stateOf(seen(address).state, fn);
  };
  const close = async (): Promise<void> => {
    await imports.stop();
    await restarts.end(0);
  };
  return {
    send: (async (to: Address, message: never, given: unknown) => {
      const options = keyed(given);
      const receipt = await restarts.survived(() => client.send(to, message, options as object));
      await settled();
      return receipt;
    }) as Client["send"],
    call: (async (to: Address, message: never, given: unknown) => {
      if (rules !== undefined) {
        throw invalid('rules "flink": a cluster has no calls: send, and look at what is emitted');
      }
      const options = keyed(given);
      // A message that is never handled may be what the answer depends on.
      return settling.answer(
        to,
        Promise.race([
          restarts.survived(() => client.call(to, message, options as object)),
          unknown.found,
        ]),
      );
    }) as Client["call"],
    fetch,
    idle: settled,
    async instance(address) {
      await restarts.engine();
      return look(address);
    },
    async instances(options) {
      await restarts.engine();
      const { listed } = await import("../host/instances-client.ts");
      return listed(host, options);
    },
    export: (options) => exportStream({ engine: () => restarts.current(), host }, options),
    async import(stream, options) {
      const summary = await imports.import(stream, options);
      await settled();
      return summary;
    },
    async abandonImport() {
      const { count } = await imports.abandon();
      await settled();
      return count > 0;
    },
    async upgrade(fn, options) {
      const { upgradeInstances } = await import("../host/upgrade/upgrade-instances.ts");
      const engine = () => restarts.current();
      return restarts.survived(() => upgradeInstances({ ...upgrading, engine }, fn, options));
    },
    emitted: <M, V>(egress: Parameters<TestRuntime["emitted"]>[0]) =>
      // The format of an egress decodes what its type says.
      emissions.of(egress as never) as V[] & M[],
    state: stateNow,
    advance: (ms, options) => settling.advance(ms, options),
    now: () => clock.now(),
    deadLetters: testedLetters(letters, { restarts, settled }),
    async crash() {
      await restarts.engine();
      restarts.die("because the test said so");
      await settled();
    },
    close,
    [asyncDispose()]: close,
  } as TestRuntime;
}
