import type { Address, Sendable } from "../sdk/addressing/address.ts";
import type { HeadersInput } from "../sdk/types/headers.ts";
import type { Decoder } from "../sdk/types/type.ts";

export interface IngressOptions {
  /**
   * Makes repeating safe: the same key with the same message to the same address is one message, for as long
   * as the runtime keeps keys (7 days by default). With another message it is `idempotency_conflict`.
   */
  readonly idempotencyKey?: string;
  readonly headers?: HeadersInput;
  /** Stops waiting. A message that was accepted before is handled all the same. */
  readonly signal?: AbortSignal;
}

/** `duplicate`: the idempotency key was seen before and nothing was enqueued. */
export interface Receipt {
  readonly id: string;
  readonly duplicate: boolean;
}

/** The two ways in from outside. */
export interface Client {
  /**
   * Sends a message from outside: its function sees no caller. Resolves when the message survives whatever
   * the store was made to survive. Rejects with `mailbox_full` or `unavailable` when it should be sent again
   * later; after `store_failed` nobody can know, so repeat it with its idempotency key.
   *
   * `delayMs` delivers it later; a delayed message from outside cannot be cancelled.
   */
  send<M = never>(
    to: Address<M>,
    message: NoInfer<Sendable<M>>,
    options?: IngressOptions & { readonly delayMs?: number },
  ): Promise<Receipt>;
  /**
   * Sends a message and resolves with what the function answers by `context.reply`; only the first answer
   * counts. Rejects with `call_timeout`, or with `dead_letter` when the message ended as one. With an
   * idempotency key a call may be repeated, after a crash too: it gets the answer of the first one.
   *
   * `timeoutMs` is 30,000 by default, which is what clients and proxies usually wait.
   */
  call<M = never, R = unknown>(
    to: Address<M, R>,
    message: NoInfer<Sendable<M>>,
    options?: IngressOptions & { readonly timeoutMs?: number },
  ): Promise<R>;
  call<M, V>(
    to: Address<M>,
    message: NoInfer<Sendable<M>>,
    options: IngressOptions & { readonly reply: Decoder<V>; readonly timeoutMs?: number },
  ): Promise<V>;
}
