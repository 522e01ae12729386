import type { Client, Receipt } from "../client/client.ts";
import { callOptionsOf, type MessageParts, sendOptionsOf } from "../client/message-options.ts";
import { deadLetterError, decodeReply } from "../client/reply.ts";
import { SealingOrder } from "../client/sealing-order.ts";
import type { Answer } from "../engine/contract/answer.ts";
import type { Arrival } from "../engine/contract/arrival.ts";
import type { Engine } from "../engine/contract/engine.ts";
import { assertCallersKey, assertKeySize, assertMessageSize } from "../engine/contract/limits.ts";
import { assertNonEmpty, invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { show } from "../internal/show.ts";
import type { Clock } from "../model/clock.ts";
import type { WireValue } from "../model/invocation.ts";
import { messageBytes } from "../model/message-bytes.ts";
import type { SendingEvent } from "../model/observer.ts";
import type { WaitSignal } from "../internal/deadline.ts";
import type { WatchedObserver, WatchedSend } from "../model/watch.ts";
import { acceptedType, notAccepted } from "../sdk/addressing/accepted-value.ts";
import { type Address, acceptedBy } from "../sdk/addressing/address.ts";
import { encodeMessage } from "../sdk/addressing/encode-message.ts";
import type { BoundFunction } from "../sdk/invocation/bound-function.ts";
import { headersToWire } from "../sdk/types/headers.ts";
import type { Accepts, Decoder } from "../sdk/types/type.ts";

/** What a client has to know of the functions that it may send to. */
export interface KnownFunctions {
  get(typename: string): Pick<BoundFunction, "accepts" | "replies"> | undefined;
  names(): Iterable<string>;
}

export interface EngineClientParts {
  /** The engine that takes messages now. */
  readonly engine: () => Engine;
  /** The functions that may be sent to. */
  readonly functions: KnownFunctions;
  readonly clock: Clock;
  readonly maxMessageBytes: number;
  readonly observer: WatchedObserver | undefined;
}

/** `send` and `call` on an engine in this process. */
export function engineClient(parts: EngineClientParts): Client {
  const order = new SealingOrder();
  return {
    // A promise for each message, and no more: it is the way of every one of them.
    send: (to: Address, message: unknown, options?: object) =>
      new Promise<Receipt>((resolve, reject) => {
        const checked = sendOptionsOf(options, parts.clock);
        const engine = parts.engine();
        const { signal, delayMs } = checked;
        const arrival = arrivalOf(parts, to, message, checked, delayMs, "engine");
        const watched = watchedSend(parts, "send", arrival, checked);
        const sent = asWatched(arrival, watched);
        const sealing = order.wait(sent.argument);
        // Most are neither watched nor encrypted, and nobody takes the waiting back.
        const isPlain = signal === undefined && watched === undefined && sealing === undefined;
        if (isPlain) sendTo(engine, sent, resolve, reject);
        else sendWatched(parts, sent, { signal, watched, sealing }, resolve, reject);
      }),
    // The overloads say what it resolves with; `replyOf` makes it.
    call: (async (to: Address, message: unknown, options?: object) => {
      const checked = callOptionsOf(options);
      const { timeoutMs, signal, decoder } = checked;
      const arrival = arrivalOf(parts, to, message, checked, 0, "engine");
      const watched = watchedSend(parts, "call", arrival, checked);
      const sent = asWatched(arrival, watched);
      const ask = (given: Arrival) => answered(parts, given, timeoutMs, signal);
      const sealing = order.wait(sent.argument);
      const answer = sealing?.then((argument) => ask({ ...sent, argument })) ?? ask(sent);
      const reply = answer.then((one) => replyOf(parts, to, one, decoder));
      return watched?.until(reply) ?? reply;
    }) as Client["call"],
  };
}

/** What it throws rejects: this is called by what makes the promise. */
function sendTo(
  engine: Engine,
  arrival: Arrival,
  resolve: (receipt: Receipt) => void,
  reject: (error: unknown) => void,
): void {
  engine.accept(arrival, (error, number, isDuplicate) => {
    if (error !== undefined) reject(error);
    else resolve({ id: `${engine.identity}-${number}`, duplicate: isDuplicate });
  });
}

/** As above, for one that is watched, can be taken back, or is encrypted first. */
function sendWatched(
  parts: EngineClientParts,
  arrival: Arrival,
  {
    signal,
    watched,
    sealing,
  }: {
    readonly signal: WaitSignal | undefined;
    readonly watched: WatchedSend | undefined;
    readonly sealing: Promise<WireValue> | undefined;
  },
  resolve: (receipt: Receipt) => void,
  refused: (error: unknown) => void,
): void {
  const reject = (error: unknown): void => {
    watched?.ended(error);
    refused(error);
  };
  // The message is sent whatever the signal says; only the waiting ends.
  const abort = (): void => reject(signal?.reason);
  const accepted = (receipt: Receipt): void => {
    watched?.ended(undefined, receipt.id);
    resolve(receipt);
  };
  const accept = (given: Arrival): void => {
    const end =
      <A>(run: (value: A) => void) =>
      (value: A): void => {
        signal?.removeEventListener("abort", abort);
        run(value);
      };
    sendTo(parts.engine(), given, end(accepted), end(reject));
  };
  try {
    if (sealing === undefined) accept(arrival);
  } catch (error) {
    reject(error);
  }
  // Another engine may have begun meanwhile.
  sealing?.then((argument) => accept({ ...arrival, argument })).catch(reject);
  signal?.addEventListener("abort", abort);
}

/** A message as an engine takes it, checked. */
export function arrivalOf(
  { functions, maxMessageBytes }: Pick<EngineClientParts, "functions" | "maxMessageBytes">,
  to: Address,
  message: unknown,
  { headers, idempotencyKey }: MessageParts,
  delayMs: number,
  lifetime?: "engine",
): Arrival {
  const accepts = acceptedBy(to);
  const { typename, id } = to;
  const fn = boundFunction(functions, typename);
  if (idempotencyKey !== undefined) assertNonEmpty(idempotencyKey, "an idempotency key");
  assertKeySize(idempotencyKey);
  assertCallersKey(idempotencyKey);
  // An address without a reference takes tagged values of a type that the function accepts.
  const own = accepts ?? fn.accepts;
  const wireHeaders = headers === undefined ? undefined : headersToWire(headers as never);
  const argument = encodeMessage(typename, accepts, message, wireHeaders, lifetime);
  assertAccepted(typename, own, argument.typename);
  const target = { typename, id };
  const arrival: Arrival = { target, argument, idempotencyKey, delayMs, way: "client" };
  assertMessageSize(arrival, maxMessageBytes);
  return arrival;
}

/** Reports to the observer that a message is sent. */
export function watchedSend(
  { observer, maxMessageBytes }: Pick<EngineClientParts, "observer" | "maxMessageBytes">,
  kind: SendingEvent["kind"],
  { target, argument, delayMs }: Arrival,
  { headers }: MessageParts,
): WatchedSend | undefined {
  const fits = (value: WireValue) => messageBytes(value, target) <= maxMessageBytes;
  return observer?.send?.(kind, target, argument, delayMs, headers !== undefined, fits);
}

/** With the headers of the observer. */
export function asWatched(arrival: Arrival, watched: WatchedSend | undefined): Arrival {
  return watched === undefined ? arrival : { ...arrival, argument: watched.argument };
}

/** Throws `unknown_function` where none of this name is bound. */
export function boundFunction<F>(
  functions: { get(typename: string): F | undefined; names(): Iterable<string> },
  typename: string,
): F {
  const fn = functions.get(typename);
  if (fn !== undefined) return fn;
  const hint = didYouMean(typename, functions.names());
  throw new StateFunError("unknown_function", `no function ${show(typename)} is bound${hint}`);
}

function assertAccepted(typename: string, accepts: Accepts, sent: string): void {
  if (accepts === undefined || acceptedType(accepts, sent) !== undefined) return;
  throw invalid(notAccepted(typename, accepts, sent));
}

/** Throws for a message that no function here takes, of a client that did not know. */
export function assertTaken(functions: KnownFunctions, { target, argument }: Arrival): void {
  const { typename } = target;
  assertAccepted(typename, boundFunction(functions, typename).accepts, argument.typename);
}

/** Waits for the outcome of a call: the first of answer, time and signal. */
export function answered(
  { engine, clock }: Pick<EngineClientParts, "engine" | "clock">,
  arrival: Arrival,
  timeoutMs: number,
  signal: WaitSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", abort);
      stop?.();
    };
    const abort = (): void => {
      end();
      reject(signal?.reason);
    };
    signal?.throwIfAborted();
    let stop: (() => void) | undefined;
    const cancel = clock.after(timeoutMs, () => {
      end();
      const { typename, id } = arrival.target;
      const late = `${typename} ${show(id)} did not answer within ${timeoutMs} ms`;
      reject(new StateFunError("call_timeout", late + whyLate(engine(), arrival.target)));
    });
    signal?.addEventListener("abort", abort);
    try {
      stop = engine().call(arrival, (answer) => {
        end();
        resolve(answer);
      });
    } catch (error) {
      end();
      reject(error);
    }
  });
}

/** A handler that awaits a call of its own instance is the one thing that no time mends. */
function whyLate(engine: Engine, target: Arrival["target"]): string {
  if (!engine.isHandling(target)) return "";
  return ": it is still handling a message. If its handler awaits this call, it waits for itself: send instead, and handle the answer as a message";
}

/** What a call resolves with, or throws. */
export function replyOf(
  { functions }: Pick<EngineClientParts, "functions">,
  to: Address,
  answer: Answer,
  decoder: Decoder<unknown> | undefined,
): unknown {
  if (answer.kind === "lost") throw answer.error;
  if (answer.kind === "error") {
    // As in the dead letter itself: its code may be `failed`, which is not one of the closed codes.
    throw deadLetterError(to, { code: answer.code, message: answer.reason });
  }
  return decodeReply(to, answer.value, decoder, functions.get(to.typename)?.replies);
}
