import type { Address, Sendable } from "../addressing/address.ts";
import type { Egress } from "../egress/egress.ts";
import type { State } from "../state/state-specs.ts";
import type { HeadersInput, MessageHeaders } from "../types/headers.ts";
import type { Accepts, MessageOf, SendableOf } from "../types/type.ts";

export interface SendOptions {
  /** Headers of the message; they replace those of a message that is sent on. */
  readonly headers?: HeadersInput;
}

export interface DelayedSendOptions extends SendOptions {
  /** The name by which `cancel` finds the message. Non-empty, and not pending already. */
  readonly cancellationToken?: string;
}

/**
 * What a handler may do. It is sealed when the handler settles: a later call throws `context_closed`.
 * Effects take place when the whole batch has succeeded, or not at all.
 *
 * `R` is left out in the parameter of a helper: a context of any function with that state fits then.
 *
 * @example
 * ```ts
 * import { int, StatefulFunctions, string } from "statefun";
 *
 * const functions = new StatefulFunctions();
 *
 * functions.bind(
 *   "demo/visitor",
 *   {
 *     accepts: string,
 *     state: {
 *       visits: { type: int, initial: 0 },
 *       name: { type: string, expireAfterWriteMs: 60_000 },
 *     },
 *   },
 *   (context, name) => {
 *     context.state.visits += 1;
 *     if (context.state.name !== name) context.state.name = name;
 *     console.log(context.self.id, context.now(), context.headers.get("trace"));
 *   },
 * );
 * ```
 */
// biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
export interface Context<S = {}, Env = unknown, R = never> {
  readonly self: Address;
  /** The sender; undefined for a message that came from an ingress. */
  readonly caller: Address | undefined;
  /**
   * The state by its names: assign to write, `delete` or assign `undefined` to forget. An assignment always
   * writes (and renews a time to live); a value changed in place is noticed.
   */
  readonly state: State<S>;
  readonly headers: MessageHeaders;
  readonly env: Env;
  /** Aborts at the deadline of the batch, and with `draining` when the runtime closes. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch by the engine's clock: virtual under test, `Date.now()` elsewhere. */
  now(): number;
  /**
   * Sends a message. Messages of one sender to one target arrive in this order.
   *
   * @example
   * ```ts
   * import { functionRef, StatefulFunctions, string } from "statefun";
   *
   * const mailbox = functionRef("demo/mailbox", string);
   *
   * const functions = new StatefulFunctions();
   * functions.bind("demo/postman", { accepts: string }, (context, letter) => {
   *   context.send(mailbox.at("zoe"), letter, { headers: { from: context.self.id } });
   * });
   * ```
   */
  send<M = never>(to: Address<M>, message: NoInfer<Sendable<M>>, options?: SendOptions): void;
  /**
   * Sends a message after a delay, an integer of milliseconds from 0 on.
   *
   * @example
   * ```ts
   * import { functionRef, StatefulFunctions, string } from "statefun";
   *
   * const reminder = functionRef("demo/reminder", string);
   *
   * const functions = new StatefulFunctions();
   * functions.bind("demo/cart", { accepts: string }, (context, item) => {
   *   context.sendAfter(86_400_000, reminder.at(context.self.id), item, { cancellationToken: item });
   * });
   * ```
   */
  sendAfter<M = never>(
    delayMs: number,
    to: Address<M>,
    message: NoInfer<Sendable<M>>,
    options?: DelayedSendOptions,
  ): void;
  /**
   * Takes back a delayed message; nothing happens if it was delivered or never sent.
   *
   * @example
   * ```ts
   * import { StatefulFunctions, string } from "statefun";
   *
   * const functions = new StatefulFunctions();
   * functions.bind("demo/checkout", { accepts: string }, (context, item) => {
   *   // The same instance has sent a message by `sendAfter` with this token.
   *   context.cancel(item);
   * });
   * ```
   */
  cancel(cancellationToken: string): void;
  /**
   * Sends a message to the caller; throws `no_caller` when there is none.
   *
   * @example
   * ```ts
   * import { int, StatefulFunctions } from "statefun";
   *
   * const functions = new StatefulFunctions();
   * functions.bind("demo/double", { accepts: int, replies: int }, (context, number) => {
   *   context.reply(number * 2);
   * });
   * ```
   */
  reply(message: R): void;
  /**
   * Hands a record to an egress, a way out of the application.
   *
   * @example
   * ```ts
   * import { egress, StatefulFunctions, string } from "statefun";
   *
   * const greetings = egress("demo/greetings", string);
   *
   * const functions = new StatefulFunctions();
   * functions.bind("demo/greeter", { accepts: string }, (context, name) => {
   *   context.emit(greetings, `Hello ${name}`);
   * });
   * ```
   */
  emit<M>(to: Egress<M>, message: NoInfer<M>, options?: SendOptions): void;
  /**
   * Forgets the named values (also those with `initial`).
   *
   * @example
   * ```ts
   * import { int, StatefulFunctions, string } from "statefun";
   *
   * const functions = new StatefulFunctions();
   * functions.bind("demo/account", { state: { name: string, visits: int } }, (context) => {
   *   context.clear("name", "visits");
   * });
   * ```
   */
  clear(...names: (keyof S & string)[]): void;
}

/** What `reply` takes. */
type ReplyOf<R> = SendableOf<
  R,
  "the option replies is missing: declare it, or reply with a tagged value, as string.of(value)"
>;

/**
 * Two members on purpose: the first keeps expression bodies and `return context.send(…)` out of circular
 * inference (TS7022); the second tells linters that async is meant.
 */
export type Handler<A extends Accepts, S, Env = unknown, R extends Accepts = undefined> =
  | ((context: Context<S, Env, ReplyOf<R>>, message: MessageOf<A>) => void)
  | ((context: Context<S, Env, ReplyOf<R>>, message: MessageOf<A>) => Promise<void>);
