import type { Observer, SendingObservation } from "./observer.ts";
import type { WireValue } from "./invocation.ts";
import { stampedHeaders } from "./stamped-headers.ts";
import type { WatchedObserver, WatchedSend } from "./watch.ts";

/** What clients send, told by this hook. */
export function watchedSending(
  sending: NonNullable<Observer["sending"]>,
): NonNullable<WatchedObserver["send"]> {
  return (kind, { typename, id }, argument, delayMs, given, fits) => {
    const startedAt = performance.now();
    const { typename: messageTypename, bytes, headers } = argument;
    const observation = sending({ address: { typename, id }, messageTypename, kind, delayMs });
    if (observation === undefined) return undefined;
    const stamped = stampedHeaders(headers, given, observation.headers?.());
    const larger =
      stamped === headers ? argument : { typename: messageTypename, bytes, headers: stamped };
    const sent = larger === argument || fits(larger) ? larger : argument;
    return new Sent(sent, observation, startedAt);
  };
}

class Sent implements WatchedSend {
  readonly argument: WireValue;
  readonly #startedAt: number;
  /** Undefined once it has ended. */
  #observation: SendingObservation | undefined;

  constructor(argument: WireValue, observation: SendingObservation, startedAt: number) {
    this.argument = argument;
    this.#observation = observation;
    this.#startedAt = startedAt;
  }

  ended(error: unknown): void {
    const observation = this.#observation;
    this.#observation = undefined;
    observation?.ended?.({ error, durationMs: performance.now() - this.#startedAt });
  }

  until<T>(end: Promise<T>): Promise<T> {
    return end.then(
      (value) => {
        this.ended(undefined);
        return value;
      },
      (error) => {
        this.ended(error);
        throw error;
      },
    );
  }
}
