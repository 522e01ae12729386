import { assertInteger, assertKnownKeys, assertNonEmpty, invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { longestDelayMs } from "../../internal/limits.ts";
import { show } from "../../internal/show.ts";
import type { Invocation, WireAddress, WireHeader, WireValue } from "../../model/invocation.ts";
import type { HandlingEffect } from "../../model/observer.ts";
import type { OutgoingMessage } from "../../model/outcome.ts";
import type { Stamp, Watch } from "../../model/watch.ts";
import { type Address, acceptedBy, addressOf } from "../addressing/address.ts";
import { encodeMessage } from "../addressing/encode-message.ts";
import { type Egress, formatOf } from "../egress/egress.ts";
import { headersFromWire, headersToWire, type MessageHeaders } from "../types/headers.ts";
import { type BatchScope, refused, withEffect } from "./batch-scope.ts";
import type { DelayedSendOptions, SendOptions } from "./context.ts";
import { nothing, StateProxy } from "./state-view.ts";

/** What the host of an execution gives to handlers. */
export interface ContextHost {
  readonly env: unknown;
  readonly signal: AbortSignal;
  /** Of what the handler does. */
  readonly watch: Watch | undefined;
  now(): number;
}

/** The context of one invocation: the only thing of it that user code holds. */
export class InvocationContext {
  readonly #scope: BatchScope;
  readonly #invocation: Invocation;
  readonly #host: ContextHost;
  #state: object | undefined;

  constructor(scope: BatchScope, invocation: Invocation, host: ContextHost) {
    this.#scope = scope;
    this.#invocation = invocation;
    this.#host = host;
    scope.context = this;
  }

  get self(): Address {
    return this.#scope.self;
  }

  get caller(): Address | undefined {
    const { caller } = this.#invocation;
    // A caller of empty parts is how some runtimes say that there is none.
    if (caller === undefined || (caller.typename === "/" && caller.id === "")) return undefined;
    return addressOf(caller.typename, caller.id, undefined);
  }

  get state(): object {
    this.#state ??= new Proxy<object>(nothing, new StateProxy(this.#scope, this));
    return this.#state;
  }

  get headers(): MessageHeaders {
    return headersFromWire(this.#invocation.argument.headers);
  }

  get env(): unknown {
    return this.#host.env;
  }

  get signal(): AbortSignal {
    return this.#host.signal;
  }

  now(): number {
    return this.#host.now();
  }

  send(to: Address, message: unknown, options?: SendOptions): void {
    assertOptions(options, ["headers"]);
    const scope = this.#scope.of(this);
    const sent = this.#encode("message", to, message, options);
    scope.messages = withEffect(scope.messages, sent);
  }

  sendAfter(delayMs: number, to: Address, message: unknown, options?: DelayedSendOptions): void {
    const scope = this.#scope.of(this);
    assertOptions(options, ["headers", "cancellationToken"]);
    const name: unknown = Object(to).typename;
    // Where there is no address either, they are probably swapped.
    const isNamed = typeof name === "string" && name;
    const what = isNamed
      ? `delay of a message to ${name}`
      : "delay of sendAfter, its first argument,";
    assertInteger(delayMs, what, 0);
    // Only one that is very long depends on the clock.
    if (delayMs > 1e9) assertInteger(delayMs, what, 0, longestDelayMs - this.now());
    const encoded = this.#encode("delayed", to, message, options);
    const cancellationToken = options?.cancellationToken;
    if (cancellationToken !== undefined) this.#assertToken(cancellationToken);
    if (cancellationToken !== undefined && scope.isPending(cancellationToken)) {
      const text = `cancellation token ${show(cancellationToken)} is pending: cancel it before`;
      throw new StateFunError("token_pending", text);
    }
    scope.delay({ kind: "send", delayMs, ...encoded, cancellationToken });
  }

  cancel(cancellationToken: string): void {
    const scope = this.#scope.of(this);
    this.#assertToken(cancellationToken);
    scope.delay({ kind: "cancel", cancellationToken });
  }

  reply(message: unknown): void {
    const { caller } = this;
    if (caller === undefined) {
      const text = `${this.self.typename} cannot reply: the message came from an ingress`;
      throw new StateFunError("no_caller", text);
    }
    // A caller is what the runtime says; to half an address no runtime could deliver.
    if (!/^.+\/[^/]+$/.test(caller.typename)) {
      throw invalid(`the caller has no whole typename, it is ${show(caller.typename)}`);
    }
    const scope = this.#scope.of(this);
    const sent = this.#encode("message", caller, message, undefined, scope.fn.replies);
    scope.messages = withEffect(scope.messages, sent);
  }

  emit(to: Egress<never>, message: unknown, options?: SendOptions): void {
    const scope = this.#scope.of(this);
    assertOptions(options, ["headers"]);
    const format = formatOf(to);
    const { typename } = to;
    const given = headersOf(options);
    const encode = (stamp?: Stamp) => format.encode(message, given, scope.rules, stamp);
    const argument = this.#checked("record", encode, { typename, id: "" });
    scope.egresses = withEffect(scope.egresses, { egress: typename, argument });
  }

  clear(...names: string[]): void {
    for (const name of names) this.#scope.of(this).cellToWrite(name).set(undefined);
  }

  #encode(
    kind: HandlingEffect["kind"],
    to: Address,
    message: unknown,
    options: SendOptions | undefined,
    accepts = acceptedBy(to),
  ): OutgoingMessage {
    const { typename, id } = to;
    const target = { typename, id };
    const { keepPrefix, assertTarget } = this.#scope.rules;
    const given = headersOf(options);
    const lifetime = keepPrefix ? "engine" : "batch";
    const value = encodeMessage(typename, accepts, message, given, lifetime);
    // Most messages are not watched, and are not worth a function.
    const argument = this.#host.watch
      ? this.#checked(kind, (stamp) => stamp?.value(value, given) ?? value, target)
      : this.#scope.checked(value, target);
    assertTarget?.(target);
    return { target, argument };
  }

  /** What is sent, with the headers of an observer if there are some, the wire has them, and they fit. */
  #checked(
    kind: HandlingEffect["kind"],
    encode: (stamp?: Stamp) => WireValue,
    target: WireAddress,
  ): WireValue {
    const scope = this.#scope;
    const watch = scope.rules.features.headers ? this.#host.watch : undefined;
    const fits = (value: WireValue) => scope.fits(value, target);
    return watch?.effect(kind, target.typename, encode, fits) ?? scope.checked(encode(), target);
  }

  #assertToken(token: unknown): void {
    assertNonEmpty(token, "a cancellation token");
    const { cancellation, features } = this.#scope.rules;
    if (!cancellation || !features.cancellation) {
      throw refused(`cancellation token ${show(token)}`);
    }
  }
}

function headersOf(options: SendOptions | undefined): readonly WireHeader[] | undefined {
  return options?.headers === undefined ? undefined : headersToWire(options.headers);
}

/** A misspelt option would be headers or a token lost without a word. */
function assertOptions(options: unknown, known: readonly string[]): void {
  if (options !== undefined) assertKnownKeys(options, known, "the options of a message");
}
