import { type Failed, type Given, type GuardedHook, headersOf, reportEnd } from "./guarded-hook.ts";
import type { WireValue } from "./invocation.ts";
import type { SendingEvent } from "./observer.ts";
import { stampedHeaders } from "./stamped-headers.ts";
import type { WatchedObserver, WatchedSend } from "./watch.ts";

/** What clients send, reported to this hook. */
export function watchedSending({
  call,
  failed,
}: GuardedHook): NonNullable<WatchedObserver["send"]> {
  return (kind, { typename, id }, argument, delayMs, given, fits) => {
    const startedAt = performance.now();
    const { typename: messageTypename, bytes, headers } = argument;
    const sending: SendingEvent = { address: { typename, id }, messageTypename, kind, delayMs };
    const observation = call(sending);
    if (observation === undefined) return undefined;
    const stamped = stampedHeaders(headers, given, headersOf(observation, undefined, failed));
    const larger =
      stamped === headers ? argument : { typename: messageTypename, bytes, headers: stamped };
    const sent = larger === argument || fits(larger) ? larger : argument;
    return new Sent(kind, sent, observation, failed, startedAt);
  };
}

class Sent implements WatchedSend {
  readonly argument: WireValue;
  readonly #kind: SendingEvent["kind"];
  readonly #startedAt: number;
  /** Undefined once it has ended. */
  #observation: Given | undefined;
  readonly #failed: Failed;

  constructor(
    kind: SendingEvent["kind"],
    argument: WireValue,
    observation: Given,
    failed: Failed,
    startedAt: number,
  ) {
    this.#kind = kind;
    this.argument = argument;
    this.#observation = observation;
    this.#failed = failed;
    this.#startedAt = startedAt;
  }

  ended(error: unknown, messageId?: string): void {
    const observation = this.#observation;
    this.#observation = undefined;
    if (observation === undefined) return;
    const durationMs = performance.now() - this.#startedAt;
    reportEnd(observation, { error, durationMs, messageId }, this.#failed);
  }

  until<T>(end: Promise<T>): Promise<T> {
    return end.then(
      (value) => {
        this.ended(undefined, this.#kind === "send" ? Object(value).id : undefined);
        return value;
      },
      (error) => {
        this.ended(error);
        throw error;
      },
    );
  }
}
