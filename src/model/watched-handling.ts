import {
  type Failed,
  type Given,
  type GuardedHook,
  hasMethod,
  headersOf,
  ranWithin,
  reportEnd,
} from "./guarded-hook.ts";
import type { Invocation, WireAddress, WireHeader, WireValue } from "./invocation.ts";
import type { HandledMessage, HandlingEffect, HandlingEnd, HandlingEvent } from "./observer.ts";
import { stampedHeaders } from "./stamped-headers.ts";
import type { Stamp, Watch, WatchedBy, WatchedObserver } from "./watch.ts";

/** What runs handlers, reported to this hook. */
export function watchedHandling({
  call,
  failed,
}: GuardedHook): Pick<WatchedObserver, "watch" | "deadLetterHeaders"> {
  /** Of the last attempt of each message that failed, as long as anybody has the message. */
  const deadLetterHeaders: DeadLetterHeaders = new WeakMap();
  const watch: NonNullable<WatchedObserver["watch"]> = ({ typename, id }, invocations, by) => {
    const { engine, isRemote = false, clock, identity } = by;
    const startedAt = clock.monotonic();
    const address: WireAddress = { typename, id };
    const messages = invocations.map((invocation) => handledMessage(invocation, identity));
    const handling: HandlingEvent = { engine, address, messages, isRemote };
    const observation = call(handling);
    return (
      observation &&
      new Watched(observation, failed, by, {
        startedAt,
        invocations,
        deadLetterHeaders,
      })
    );
  };
  return { watch, deadLetterHeaders: (message) => deadLetterHeaders.get(message) };
}

/** As JSON. */
const maxDeadLetterHeaders = 1_024;

type DeadLetterHeaders = WeakMap<object, Pick<WireValue, "headers">>;

interface Attempt {
  readonly startedAt: number;
  readonly invocations: readonly Invocation[];
  readonly deadLetterHeaders: DeadLetterHeaders;
}

function handledMessage(
  { argument, caller, attempts, number }: Invocation,
  identity: string | undefined,
): HandledMessage {
  const { typename, size } = argument;
  // Of a value that is written when it is needed, the size is known.
  const bytes = size ?? argument.bytes?.length ?? 0;
  const attempt = attempts === undefined ? undefined : attempts + 1;
  return {
    id: identity === undefined || number === undefined ? undefined : `${identity}-${number}`,
    typename,
    caller: caller && { typename: caller.typename, id: caller.id },
    headers: copied(argument.headers),
    bytes,
    attempt,
  };
}

/** What writes to an event must not write to a message. */
function copied(headers: readonly WireHeader[]): readonly WireHeader[] {
  return headers.map(({ key, value }) => ({ key, value }));
}

class Watched implements Watch {
  readonly #observation: Given;
  readonly #failed: Failed;
  readonly #by: WatchedBy;
  readonly #attempt: Attempt;

  constructor(observation: Given, failed: Failed, by: WatchedBy, attempt: Attempt) {
    this.#observation = observation;
    this.#failed = failed;
    this.#by = by;
    this.#attempt = attempt;
  }

  run<T>(run: () => T): T {
    return ranWithin(this.#observation, run, this.#failed);
  }

  effect(
    kind: HandlingEffect["kind"],
    typename: string,
    encode: (stamp: Stamp) => WireValue,
    fits: (value: WireValue) => boolean,
  ): WireValue | undefined {
    const [observation, failed] = [this.#observation, this.#failed];
    if (!hasMethod(observation, "headers", failed)) return undefined;
    const stamped = (headers: readonly WireHeader[], given: boolean) => {
      const asked: HandlingEffect = { kind, typename, headers: given ? copied(headers) : [] };
      return stampedHeaders(headers, given, headersOf(observation, asked, failed));
    };
    const value = encode({
      headers: (given) => stamped(given, true),
      value: ({ typename: type, bytes, headers }, given) => ({
        typename: type,
        bytes,
        headers: stamped(given ?? headers, given !== undefined),
      }),
    });
    return fits(value) ? value : undefined;
  }

  ended(outcome: HandlingEnd["outcome"], error: unknown): void {
    if (outcome === "failed") this.#keepDeadLetterHeaders();
    const durationMs = this.#by.clock.monotonic() - this.#attempt.startedAt;
    const end: HandlingEnd = { outcome, error, durationMs };
    reportEnd(this.#observation, end, this.#failed);
  }

  #keepDeadLetterHeaders(): void {
    const { invocations, deadLetterHeaders } = this.#attempt;
    const asked = headersOf(this.#observation, undefined, this.#failed, "deadLetterHeaders");
    // A letter that has become much larger could not be sent on.
    const isShort = JSON.stringify(asked ?? {}).length <= maxDeadLetterHeaders;
    const added = isShort ? asked : undefined;
    for (const invocation of invocations) {
      const given = invocation.argument.headers;
      const headers = stampedHeaders(given, false, added);
      // What an earlier failure has left says nothing of this one.
      if (headers === given) deadLetterHeaders.delete(invocation);
      else deadLetterHeaders.set(invocation, { headers });
    }
  }
}
