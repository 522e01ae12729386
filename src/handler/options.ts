import { assertInteger, assertKnownKeys, invalid, show } from "../internal/assert.ts";
import type { DecodeLimits } from "../protocol/codec.ts";
import type { Address } from "../sdk/address.ts";
import type { EffectRules } from "../sdk/batch-scope.ts";
import type { DeadLetterTarget, SendDeadLetter } from "../sdk/dead-letter.ts";
import { logged } from "./log.ts";

/** `env` is required as soon as a module wants one. */
export type EnvOption<Env> = unknown extends Env ? { readonly env?: Env } : { readonly env: Env };

/** Where an error happened, as far as it is known. */
export interface ErrorDetail {
  readonly address?: Address;
  readonly messageTypename?: string;
  readonly attempt?: number;
}

export interface ExecutionContextLike {
  waitUntil(promise: Promise<unknown>): void;
}

export interface HandlerOptions<Env = unknown> {
  /**
   * The wire: v2 is StateFun 2.0 to 2.2, v3 is 3.0 and later.
   * @default "auto", because the bytes of a request tell them apart in all but one case: a batch of
   * messages without a value, which is taken for v2
   */
  readonly protocol?: "auto" | "v2" | "v3";
  /**
   * Of a request and of a response.
   * @default 33_554_432, because the async transport of a cluster takes no more; OkHttp has no limit
   */
  readonly maxBodyBytes?: number;
  /**
   * For a whole batch, in milliseconds.
   * @default 55_000, below the call timeout of one minute that most clusters have. Behind the OkHttp
   * transport, whose read timeout is 10 s, use 9_000
   */
  readonly timeoutMs?: number;
  /**
   * Whether a request may come in; else it is answered with 401.
   * @default undefined: everyone may, because clusters have no credentials but a secret in the URL
   */
  readonly authenticate?: ((request: Request) => boolean | Promise<boolean>) | undefined;
  /** Where a message goes whose handler cannot ever succeed. Without it such a message fails its batch like any other. */
  readonly deadLetter?: DeadLetterTarget | undefined;
  /**
   * Whether the cluster's Kafka egress knows record headers. `"refuse"` makes a record with headers fail
   * instead of losing them.
   * @default "refuse", because only the KZM fork from 3.4 on does
   */
  readonly kafkaHeaders?: "send" | "refuse";
  /** Is given every error and every message that became a dead letter. @default console.error */
  readonly onError?: (error: unknown, detail: ErrorDetail) => void;
  /**
   * Whether the cluster understands cancellation (StateFun 3.2 and later; 3.1 drops the token, 3.0 fails
   * on it).
   * @default "send"
   */
  readonly cancellation?: "send" | "refuse";
  /**
   * @default 10_000 invocations and 1_000 states in a request, because counts cost more than their bytes;
   * a message and a state may have `maxBodyBytes`, because nothing larger fits into a response
   */
  readonly limits?: {
    readonly maxInvocations?: number;
    readonly maxStates?: number;
    readonly maxMessageBytes?: number;
    readonly maxStateBytes?: number;
  };
  /** `context.env`. When given, the second argument of the handler is ignored (Deno and Bun pass their own things there). */
  readonly env?: Env | undefined;
}

/** The options after their checks, with nothing left open. */
export interface ResolvedHandlerOptions extends Omit<EffectRules, "features"> {
  readonly protocol: "auto" | "v2" | "v3";
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
  readonly authenticate: ((request: Request) => boolean | Promise<boolean>) | undefined;
  readonly deadLetter: SendDeadLetter | undefined;
  readonly onError: (error: unknown, detail: ErrorDetail) => void;
  readonly decodeLimits: DecodeLimits;
  /** Undefined: the second argument of the handler. */
  readonly env: { readonly value: unknown } | undefined;
}

const known: readonly (keyof HandlerOptions)[] = [
  "protocol",
  "maxBodyBytes",
  "timeoutMs",
  "authenticate",
  "deadLetter",
  "kafkaHeaders",
  "onError",
  "cancellation",
  "limits",
  "env",
];
const knownLimits = ["maxInvocations", "maxStates", "maxMessageBytes", "maxStateBytes"];

export function resolveHandlerOptions(options: HandlerOptions): ResolvedHandlerOptions {
  assertKnownKeys(options, known, "the options of the handler");
  const { limits = {}, authenticate, onError = logged, deadLetter, env } = options;
  assertKnownKeys(limits, knownLimits, "limits");
  const maxBodyBytes = integer("maxBodyBytes", options.maxBodyBytes, 33_554_432);
  const cancellation = oneOf("cancellation", options.cancellation, ["send", "refuse"]);
  assertFunction("authenticate", authenticate);
  assertFunction("onError", onError);
  return {
    protocol: oneOf("protocol", options.protocol, ["auto", "v2", "v3"]),
    maxBodyBytes,
    timeoutMs: integer("timeoutMs", options.timeoutMs, 55_000, 2 ** 31 - 1),
    authenticate,
    deadLetter: deadLetter && sendTo(deadLetter),
    kafkaHeaders: oneOf("kafkaHeaders", options.kafkaHeaders, ["refuse", "send"]),
    cancellation: cancellation === "send",
    onError,
    decodeLimits: {
      maxBytes: maxBodyBytes,
      maxInvocations: integer("limits.maxInvocations", limits.maxInvocations, 10_000),
      maxStates: integer("limits.maxStates", limits.maxStates, 1_000),
    },
    maxMessageBytes: integer("limits.maxMessageBytes", limits.maxMessageBytes, maxBodyBytes),
    maxStateBytes: integer("limits.maxStateBytes", limits.maxStateBytes, maxBodyBytes),
    env: env === undefined ? undefined : { value: env },
  };
}

function integer(name: string, value: unknown, byDefault: number, most?: number): number {
  if (value === undefined) return byDefault;
  assertInteger(value, name, 1, most);
  return Number(value);
}

/** The first choice is the default. */
function oneOf<const T extends string>(
  name: string,
  value: unknown,
  choices: readonly [T, ...T[]],
): T {
  if (value === undefined) return choices[0];
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  throw invalid(`${name} must be ${choices.join(" or ")}, got ${show(value)}`);
}

function assertFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") {
    throw invalid(`${name} must be a function, got ${show(value)}`);
  }
}

function sendTo(target: DeadLetterTarget): SendDeadLetter {
  const send = target["~deadLetter"];
  // Only `deadLetterTo` sets the property, always to such a function.
  if (typeof send === "function") return send as SendDeadLetter;
  throw invalid(`deadLetter must be made by deadLetterTo, got ${show(target)}`);
}
