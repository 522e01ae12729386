import type { ErrorDetail } from "../handler/options.ts";
import { assertFunction, assertInteger, assertKnownKeys, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { RetryOptions } from "../model/retry-options.ts";
import type { Stub } from "./stub.ts";

export interface TestOptions {
  /** Of everything random: waits between attempts, crashes. The same seed runs the same way. @default 1 */
  readonly seed?: number;
  /** Functions that live elsewhere, made by `stub`. A message to any other that is not bound fails the test. */
  readonly stubs?: readonly Stub[];
  /** What the clock says at first, in milliseconds since the epoch. @default 2020-01-01T00:00:00Z */
  readonly startMs?: number;
  /** Fails the test on what would fail a Flink job. */
  readonly rules?: "flink";
  /** @default as `createRuntime` */
  readonly retry?: RetryOptions;
  /**
   * Is given every error of functions and deliveries. @default nothing: what is wrong shows in dead letters
   * and in what does not happen, and a flaky function may be meant
   */
  readonly onError?: (error: unknown, detail: ErrorDetail) => void;
  /**
   * How likely the process dies at each boundary: before and after each commit, before what waited for one is
   * let go, and around each delivery to an egress. It starts again at once on what was committed, and the
   * test goes on; functions may run again, their effects must not show it. @default 0
   */
  readonly crashProbability?: number;
  /**
   * After so many milliseconds of real time in which nothing happens, a wait for a handler or for the answer of a call ends
   * with an error that says what it waits for. It never changes what the program does. @default 4_000, less than the 5 s
   * after which most test runners end a test without a reason
   */
  readonly patienceMs?: number;
  /**
   * How many batches may run while the clock stands, before messages are taken to be sent without end, and the runtime
   * stops with an error. @default 400_000, which takes a few seconds
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
    "crashProbability",
    "patienceMs",
    "maxSteps",
    "env",
  ];
  assertKnownKeys(options, known, "the options of a test");
  const { seed = 1, stubs = [], startMs = 1_577_836_800_000, rules, retry = {} } = options;
  const { crashProbability = 0, onError = () => {}, env } = options;
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
  return { seed, stubs, startMs, isFlink, retry, crashProbability, ...limits, onError, env };
}
