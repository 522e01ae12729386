import type { Address, Sendable } from "../sdk/addressing/address.ts";
import type { Decoder } from "../sdk/types/type.ts";
import type { MessageOptions } from "./message-options.ts";

/** `duplicate`: the idempotency key was used before with the same message, and nothing was enqueued. */
export interface Receipt {
  readonly id: string;
  readonly duplicate: boolean;
}

/** How messages enter an application from outside. */
export interface Client {
  /**
   * Sends a message from outside: its function sees no caller. Resolves when the message survives every failure
   * that the store is set up to survive. Rejects with `mailbox_full` or `unavailable` if you should send it again
   * later. After `store_failed` it is unknown whether the message was stored, so repeat it with its idempotency
   * key.
   *
   * `delayMs` delivers it later; a delayed message from outside cannot be cancelled.
   */
  send<M = never>(
    to: Address<M>,
    message: NoInfer<Sendable<M>>,
    options?: MessageOptions & { readonly delayMs?: number },
  ): Promise<Receipt>;
  /**
   * Sends a message and resolves with the value that the function answers by `context.reply`; only the first
   * answer counts. Rejects with `call_timeout`, or with `dead_letter` when the message became a dead letter. With
   * an idempotency key a call may be repeated, also after a crash: it gets the answer of the first call.
   *
   * `timeoutMs` is 30,000 by default, because clients and proxies usually wait that long.
   */
  call<M = never, R = unknown>(
    to: Address<M, R>,
    message: NoInfer<Sendable<M>>,
    options?: MessageOptions & { readonly timeoutMs?: number },
  ): Promise<R>;
  call<M, V>(
    to: Address<M>,
    message: NoInfer<Sendable<M>>,
    options: MessageOptions & { readonly reply: Decoder<V>; readonly timeoutMs?: number },
  ): Promise<V>;
}
