import type { Observer } from "./observer.ts";
import { stampedHeaders } from "./stamped-headers.ts";
import type { WatchedObserver } from "./watch.ts";

/** What clients send, told by this hook. */
export function watchedSending(
  sending: NonNullable<Observer["sending"]>,
): NonNullable<WatchedObserver["send"]> {
  return (kind, { typename, id }, argument, delayMs, given, fits) => {
    const startedAt = performance.now();
    const { typename: messageTypename, bytes, headers } = argument;
    const observation = sending({ address: { typename, id }, messageTypename, kind, delayMs });
    const stamped = stampedHeaders(headers, given, observation?.headers?.());
    const larger = { typename: messageTypename, bytes, headers: stamped };
    const ended = (error: unknown) =>
      observation?.ended?.({ error, durationMs: performance.now() - startedAt });
    return {
      argument: stamped !== headers && fits(larger) ? larger : argument,
      until: (end) =>
        end.then(
          (value) => {
            ended(undefined);
            return value;
          },
          (error) => {
            ended(error);
            throw error;
          },
        ),
    };
  };
}
