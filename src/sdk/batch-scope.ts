import { assertInteger, assertNonEmpty } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import type { InvocationBatch, WireValue } from "../model/invocation.ts";
import type { Completed, StateMutation } from "../model/outcome.ts";
import type { ProtocolFeatures } from "../protocol/codec.ts";
import { type Address, addressFromWire, assertAddress, refOf } from "./address.ts";
import type { BoundFunction } from "./bound-function.ts";
import type { DelayedSendOptions, SendOptions } from "./context.ts";
import { Effects } from "./effects.ts";
import { type Egress, formatOf } from "./egress.ts";
import { encodeMessage } from "./encode-message.ts";
import { headersToWire } from "./headers.ts";
import { type CellRules, StateCell } from "./state-cell.ts";
import type { Accepts } from "./type.ts";

/** What the effects of a batch may be. Complete: below the options nothing is optional. */
export interface EffectRules {
  readonly features: ProtocolFeatures;
  /** Whether the cluster understands cancellation; a wire without it refuses anyway. */
  readonly cancellation: boolean;
  readonly kafkaHeaders: "send" | "refuse";
  readonly maxMessageBytes: number;
  readonly maxStateBytes: number;
}

/** The latest moment that JavaScript can name: a delay may not end after it. */
const maxTime = 8.64e15;

/** State and effects of one batch, shared by the contexts of its invocations. */
export class BatchScope {
  readonly self: Address;
  readonly fn: BoundFunction;
  readonly effects: Effects = new Effects();
  readonly #rules: EffectRules;
  readonly #now: () => number;
  readonly #stored: InvocationBatch["state"];
  readonly #cells = new Map<string, StateCell>();
  readonly #cellRules: CellRules;

  constructor(fn: BoundFunction, batch: InvocationBatch, rules: EffectRules, now: () => number) {
    this.fn = fn;
    this.self = addressFromWire(batch.target);
    this.#rules = rules;
    this.#now = now;
    this.#stored = batch.state;
    this.#cellRules = {
      owner: fn.typename,
      typedState: rules.features.typedState,
      maxStateBytes: rules.maxStateBytes,
    };
  }

  /** The cell of a declared state; undefined for any other name. */
  cell(name: string): StateCell | undefined {
    let cell = this.#cells.get(name);
    const spec = cell === undefined ? this.fn.states.get(name) : undefined;
    if (spec !== undefined) {
      cell = new StateCell(spec, this.#stored.get(name), this.#cellRules);
      this.#cells.set(name, cell);
    }
    return cell;
  }

  /** Makes all changes of state final, or throws and makes none. */
  settle(): void {
    const pending = Array.from(this.#cells.values(), (cell) => [cell, cell.pending()] as const);
    for (const [cell, change] of pending) cell.settle(change);
  }

  /** Takes back what is not settled. */
  discard(): void {
    for (const cell of this.#cells.values()) cell.discard();
  }

  /** A copy of what was settled and done so far. */
  completed(): Completed {
    const mutations: StateMutation[] = [];
    for (const name of this.fn.states.keys()) {
      const mutation = this.#cells.get(name)?.mutation();
      if (mutation !== undefined) mutations.push(mutation);
    }
    const { messages, delayed, egresses } = this.effects;
    return {
      kind: "completed",
      mutations,
      messages: messages.slice(),
      delayed: delayed.slice(),
      egresses: egresses.slice(),
    };
  }

  send(to: Address, message: unknown, options: SendOptions | undefined): void {
    assertAddress(to);
    const argument = this.#encode(refOf(to)?.accepts, message, options, to.typename);
    this.effects.messages.push({ target: { typename: to.typename, id: to.id }, argument });
  }

  /** To an address that a runtime named, by the types that the function replies with. */
  reply(to: Address, message: unknown): void {
    const argument = this.#encode(this.fn.replies, message, undefined, to.typename);
    this.effects.messages.push({ target: { typename: to.typename, id: to.id }, argument });
  }

  sendAfter(
    delayMs: number,
    to: Address,
    message: unknown,
    options: DelayedSendOptions | undefined,
  ): void {
    assertAddress(to);
    const what = `delay of a message to ${to.typename}`;
    assertInteger(delayMs, what, 0);
    assertInteger(delayMs, what, 0, maxTime - this.#now());
    const cancellationToken = options?.cancellationToken;
    if (cancellationToken !== undefined) {
      this.#assertToken(cancellationToken);
      this.effects.assertFree(cancellationToken);
    }
    const argument = this.#encode(refOf(to)?.accepts, message, options, to.typename);
    const target = { typename: to.typename, id: to.id };
    this.effects.delay({ kind: "send", delayMs, target, argument, cancellationToken });
  }

  cancel(cancellationToken: string): void {
    this.#assertToken(cancellationToken);
    this.effects.delay({ kind: "cancel", cancellationToken });
  }

  emit(to: Egress<never>, message: unknown, options: SendOptions | undefined): void {
    const format = formatOf(to);
    const headers = options?.headers && headersToWire(options.headers);
    const argument = this.#checked(format.encode(message, headers, this.#rules), to.typename);
    this.effects.egresses.push({ egress: to.typename, argument });
  }

  #assertToken(token: unknown): void {
    assertNonEmpty(token, "a cancellation token");
    if (!this.#rules.cancellation || !this.#rules.features.cancellation) {
      throw this.#unsupported(`cancellation token ${JSON.stringify(token)}`);
    }
  }

  #encode(
    accepts: Accepts,
    message: unknown,
    options: SendOptions | undefined,
    to: string,
  ): WireValue {
    const headers = options?.headers && headersToWire(options.headers);
    return this.#checked(encodeMessage(accepts, message, headers, () => to), to);
  }

  #checked(argument: WireValue, to: string): WireValue {
    const { features, maxMessageBytes } = this.#rules;
    if (argument.headers.length > 0 && !features.headers) {
      throw this.#unsupported(`headers of a message to ${to}`);
    }
    const size = argument.bytes?.length ?? 0;
    if (size > maxMessageBytes) {
      throw new StateFunError(
        "limit_exceeded",
        `a message to ${to} has ${size} bytes, more than maxMessageBytes (${maxMessageBytes})`,
      );
    }
    return argument;
  }

  #unsupported(what: string): StateFunError {
    return new StateFunError("unsupported_by_wire", `this protocol or cluster cannot carry ${what}`);
  }
}
