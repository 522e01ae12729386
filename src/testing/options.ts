import type { ErrorDetail } from "../handler/options.ts";
import { assertFunction, assertInteger, assertKnownKeys, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { ObserverOption } from "../model/observer-option.ts";
import type { RetryOptions } from "../model/retry-options.ts";
import type { HttpSurfaceOptions } from "../surface/options.ts";
import type { Stub } from "./stub.ts";

export interface TestOptions {
  /** Seed of everything random: waits between attempts, crashes. The same seed gives the same run. @default 1 */
  readonly seed?: number;
  /**
   * Stand-ins for functions of other applications, made by `stub`. A message to any other function that is not
   * bound fails the test.
   */
  readonly stubs?: readonly Stub[];
  /** Start time of the clock, in milliseconds since the epoch. @default 2020-01-01T00:00:00Z */
  readonly startMs?: number;
  /** `"flink"` fails the test on what would fail a Flink job. @default no such rules */
  readonly rules?: "flink";
  /** For functions without a `retry` of their own. @default as for `createRuntime` */
  readonly retry?: RetryOptions;
  /**
   * Gets every error of functions and deliveries. @default nothing: faults show as dead letters and missing
   * effects, and a test may want a function that fails
   */
  readonly onError?: (error: unknown, detail: ErrorDetail) => void;
  /**
   * One observer or a list. Its hooks are called as things happen. No hook is called for a crash of the test, and for what it takes
   * back they are called again.
   * @default none: nothing is observed
   */
  readonly observer?: ObserverOption;
  /**
   * What `runtime.fetch` serves besides `/health`, as for `createRuntime`; no egress is kept in a test. `serve` of
   * `statefun/node` makes it reachable from elsewhere, for example the console for a browser: what it shows stands still until
   * the test moves the clock.
   * @default nothing
   */
  readonly http?: HttpSurfaceOptions;
  /**
   * Probability that the process dies at each boundary: before and after each commit, before what waited for a
   * commit is released, and around each delivery to an egress. It restarts at once from what was committed, and
   * the test continues; functions may run again, but their effects must not show it. From 0 to 0.5. @default 0
   */
  readonly crashProbability?: number;
  /**
   * Milliseconds of real time in which nothing happens, after which a wait for a handler or for the answer of a
   * call ends with an error that says what it waits for. It never changes what the program does.
   * @default 4_000, less than the 5 s after which most test runners end a test without a reason
   */
  readonly patienceMs?: number;
  /**
   * How many batches may run at one time of the clock. After that, the runtime takes it for an endless loop of
   * messages and stops with an error. @default 400_000, which takes a few seconds
   */
  readonly maxSteps?: number;
}

export interface ResolvedTestOptions {
  readonly seed: number;
  readonly stubs: readonly unknown[];
  readonly startMs: number;
  readonly isFlink: boolean;
  readonly retry: RetryOptions;
  readonly crashProbability: number;
  readonly patienceMs: number;
  readonly maxSteps: number;
  readonly onError: (error: unknown, detail: ErrorDetail) => void;
  readonly observer: ObserverOption;
  readonly http: HttpSurfaceOptions;
  readonly env: unknown;
}

export function resolveTestOptions(
  options: TestOptions & { readonly env?: unknown } = {},
): ResolvedTestOptions {
  const known = [
    "seed",
    "stubs",
    "startMs",
    "rules",
    "retry",
    "onError",
    "observer",
    "http",
    "crashProbability",
    "patienceMs",
    "maxSteps",
    "env",
  ];
  assertKnownKeys(options, known, "the options of a test");
  const { seed = 1, stubs = [], startMs = 1_577_836_800_000, rules, retry = {} } = options;
  const { crashProbability = 0, onError = () => {}, observer, http = {}, env } = options;
  const { patienceMs = 4_000, maxSteps = 400_000 } = options;
  assertInteger(patienceMs, "patienceMs", 1);
  assertInteger(maxSteps, "maxSteps", 1);
  assertFunction(onError, "onError");
  assertInteger(seed, "seed", 0);
  assertInteger(startMs, "startMs", 0);
  if (rules !== undefined && rules !== "flink") {
    throw invalid(`rules must be "flink" or left out, got ${show(rules)}`);
  }
  if (!Array.isArray(stubs)) throw invalid(`stubs must be a list, got ${show(stubs)}`);
  if (typeof crashProbability !== "number" || !(crashProbability >= 0 && crashProbability <= 0.5)) {
    throw invalid(`crashProbability must be a number from 0 to 0.5, got ${show(crashProbability)}`);
  }
  const isFlink = rules === "flink";
  const limits = { patienceMs, maxSteps };
  return {
    seed,
    stubs,
    startMs,
    isFlink,
    retry,
    crashProbability,
    ...limits,
    onError,
    observer,
    http,
    env,
  };
}
