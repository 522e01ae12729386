/// <reference lib="esnext.disposable" preserve="true" />
import type { Client } from "../client/client.ts";
import type { Address } from "../sdk/address.ts";
import type { DeadLetter, Instance } from "./views.ts";

export interface DeadLetters {
  /**
   * Oldest first. `limit` is 100 by default, at most 10,000; `after` is the id of the last one of the page
   * before; `typename` narrows to one function, or to one egress. On Durable Objects a page has fewer where they are
   * large: the last page is the one that is empty.
   */
  list(options?: {
    readonly limit?: number;
    readonly after?: string;
    readonly typename?: string;
  }): Promise<readonly DeadLetter[]>;
  /** Sends it again, behind everything that waits now, with all its attempts. */
  replay(id: string): Promise<void>;
  /** Forgets it. */
  discard(id: string): Promise<void>;
}

/** An application that runs in this process. */
export interface Runtime extends Client, AsyncDisposable {
  /**
   * Bound: may be passed on as a value. Answers `GET /health`: 200, or 503 once the engine takes nothing more;
   * and what the option `http` exposes. Anything else is 404. Never rejects.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Resolves when everything that can be done now is done and durable: messages are handled, and records were given to
   * their deliveries. It does not wait for delayed messages before their time, for what is tried again after a failure, for
   * endpoints that are down, for functions that are not bound, nor for what an ingress has not read yet. While the store
   * cannot be written it waits; once the store has failed it rejects with `store_failed`.
   */
  idle(): Promise<void>;
  /** Of an address got from the reference that `bind` returned, the state is typed. */
  instance<S>(address: Address<never, unknown, S>): Promise<Instance<S>>;
  readonly deadLetters: DeadLetters;
  /**
   * Stops ingresses, takes no more messages, finishes running batches, commits, flushes egresses for at most `drainMs`
   * (10,000 by default), releases the store. What has not run goes on at the next start; with a `memoryStore`, `onError` is
   * told what is lost. Rejects with `store_failed` if the store has failed, and has closed everything all the same.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
  /**
   * Resolves when the runtime was closed. Rejects with `store_failed` when the store failed for good and the runtime has
   * stopped by itself: a program that awaits it ends with an error then. `onError` is told as well, so if you do not
   * look at it, its rejection does not end the process.
   */
  readonly closed: Promise<void>;
}
