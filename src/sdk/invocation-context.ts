import { StateFunError } from "../internal/errors.ts";
import type { Invocation } from "../model/invocation.ts";
import { type Address, addressFromWire } from "./address.ts";
import type { BatchScope } from "./batch-scope.ts";
import type { DelayedSendOptions, SendOptions } from "./context.ts";
import type { Egress } from "./egress.ts";
import { headersFromWire, type MessageHeaders } from "./headers.ts";
import { cellToWrite, stateView } from "./state-view.ts";

/** What the host of an execution gives to handlers. */
export interface ContextHost {
  readonly env: unknown;
  /** The signal is made when it is first asked for. */
  readonly signal: () => AbortSignal;
  readonly now: () => number;
}

/** The context of one invocation: the only thing of it that user code holds. */
export class InvocationContext {
  readonly #scope: BatchScope;
  readonly #invocation: Invocation;
  readonly #host: ContextHost;
  #isOpen = true;
  #state: object | undefined;
  #caller: Address | undefined;

  constructor(scope: BatchScope, invocation: Invocation, host: ContextHost) {
    this.#scope = scope;
    this.#invocation = invocation;
    this.#host = host;
  }

  /** Ends the use of the context, not for user code to call: it is no member of `Context`. */
  static seal(context: InvocationContext): void {
    context.#isOpen = false;
  }

  #open(): BatchScope {
    if (this.#isOpen) return this.#scope;
    throw new StateFunError(
      "context_closed",
      `the handler of ${this.#scope.fn.typename} settled before this use of its context: await what it starts`,
    );
  }

  get self(): Address {
    return this.#scope.self;
  }

  get caller(): Address | undefined {
    const { caller } = this.#invocation;
    // A caller of empty parts is how some runtimes say that there is none.
    if (caller === undefined || (caller.typename === "/" && caller.id === "")) return undefined;
    this.#caller ??= addressFromWire(caller);
    return this.#caller;
  }

  get state(): object {
    this.#state ??= stateView(() => this.#open());
    return this.#state;
  }

  get headers(): MessageHeaders {
    return headersFromWire(this.#invocation.argument.headers);
  }

  get env(): unknown {
    return this.#host.env;
  }

  get signal(): AbortSignal {
    return this.#host.signal();
  }

  now(): number {
    return this.#host.now();
  }

  send(to: Address, message: unknown, options?: SendOptions): void {
    this.#open().send(to, message, options);
  }

  sendAfter(
    delayMs: number,
    to: Address,
    message: unknown,
    options?: DelayedSendOptions,
  ): void {
    this.#open().sendAfter(delayMs, to, message, options);
  }

  cancel(cancellationToken: string): void {
    this.#open().cancel(cancellationToken);
  }

  reply(message: unknown): void {
    const scope = this.#open();
    const { caller } = this;
    if (caller === undefined) {
      throw new StateFunError(
        "no_caller",
        `${scope.fn.typename} cannot reply: the message came from an ingress`,
      );
    }
    scope.reply(caller, message);
  }

  emit(to: Egress<never>, message: unknown, options?: SendOptions): void {
    this.#open().emit(to, message, options);
  }

  clear(...names: string[]): void {
    const scope = this.#open();
    for (const name of names) cellToWrite(scope, name).set(undefined);
  }
}
