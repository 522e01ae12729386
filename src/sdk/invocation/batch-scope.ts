import { StateFunError } from "../../internal/errors.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { show } from "../../internal/show.ts";
import type { StepBatch, WireAddress, WireValue } from "../../model/invocation.ts";
import { messageBytes, valueBytes } from "../../model/message-bytes.ts";
import type {
  Completed,
  DelayedEffect,
  EgressMessage,
  OutgoingMessage,
  StateMutation,
} from "../../model/outcome.ts";
import { type PlainBytes, plainIn } from "../../model/plain-bytes.ts";
import type { ProtocolFeatures } from "../../protocol/codec.ts";
import { type Address, addressOf } from "../addressing/address.ts";
import { StateCell } from "../state/state-cell.ts";
import type { BoundFunction } from "./bound-function.ts";

/** What the effects of a batch may be. Complete: below the options nothing is optional. */
export interface EffectRules {
  readonly wire: "v2" | "v3";
  readonly features: ProtocolFeatures;
  /** Whether the cluster understands cancellation; a wire without it refuses anyway. */
  readonly cancellation: boolean;
  readonly kafkaHeaders: "send" | "refuse" | "own";
  /**
   * Whether effects outlive the batch, in an engine, and are not written to a wire at once. A failure hands out those of the
   * invocations before it then.
   */
  readonly keepPrefix: boolean;
  /** Where a message goes that cannot ever succeed; without it such a message fails the batch. */
  readonly deadLetter: unknown;
  readonly maxMessageBytes: number;
  readonly maxStateBytes: number;
  /** Whether an earlier batch left a delayed message with this token; a cluster does not say. */
  readonly isTokenPending: (owner: WireAddress, token: string) => boolean;
  /** Throws for an address that messages cannot be taken to; a cluster does not say. */
  readonly assertTarget?: (target: WireAddress) => void;
}

/** The list of each kind of effect that a batch does not have, as most do not: nothing is ever put into it. */
const none: never[] = [];

/** Puts an effect at the end of a list. Gives the list that has it. */
export function withEffect<T>(list: T[], effect: T): T[] {
  if (list.length === 0) return [effect];
  list.push(effect);
  return list;
}

/** State and effects of one batch, shared by the contexts of its invocations. */
export class BatchScope {
  readonly fn: BoundFunction;
  readonly batch: StepBatch;
  #self: Address | undefined;
  readonly rules: EffectRules;
  /** The context of the message that is handled now: no other one may be used. */
  context: object | undefined;
  messages: OutgoingMessage[] = none;
  delayed: DelayedEffect[] = none;
  egresses: EgressMessage[] = none;
  /** Of an effect that is encrypted, the last one: then all of them are looked at. */
  plain: PlainBytes | undefined;
  /** Cancellation tokens that this batch touched, and whether they are pending now. */
  #tokens: Map<string, boolean> | undefined;
  /** By their place among the declared states, as far as they were used. */
  readonly #cells: (StateCell | undefined)[];
  /** How many effects of each kind there were at the last `save`. */
  #savedMessages = 0;
  #savedDelayed = 0;
  #savedEgresses = 0;
  /** Each token that changed since, and what it was before. */
  #touched: [token: string, wasPending: boolean | undefined][] | undefined;

  constructor(fn: BoundFunction, batch: StepBatch, rules: EffectRules) {
    this.fn = fn;
    this.batch = batch;
    this.rules = rules;
    // One that grows takes seventeen places with its first item.
    this.#cells = new Array(fn.states.size);
  }

  /** The scope itself, for the context that handlers may use now. Throws for any other one. */
  of(context: object): this {
    if (context === this.context) return this;
    throw new StateFunError(
      "context_closed",
      `the handler of ${this.self.typename} has settled: await what uses its context`,
    );
  }

  /** Made when it is asked for. */
  get self(): Address {
    const { typename, id } = this.batch.target;
    this.#self ??= addressOf(typename, id, undefined);
    return this.#self;
  }

  /** The cell of a declared state; undefined for any other name. */
  cell(name: string | symbol): StateCell | undefined {
    // No state has a symbol as its name.
    const spec = this.fn.states.get(name as string);
    if (spec === undefined) return undefined;
    let cell = this.#cells[spec.place];
    if (cell === undefined) {
      cell = new StateCell(spec, this.batch.state.get(spec.name), this.fn.typename, this.rules);
      this.#cells[spec.place] = cell;
    }
    return cell;
  }

  cellToWrite(name: string | symbol): StateCell {
    const cell = this.cell(name);
    if (cell !== undefined) return cell;
    const { typename, states } = this.fn;
    throw new StateFunError(
      "undeclared_state",
      `${typename} has no state ${show(name)}${didYouMean(show(name).slice(1, -1), states.keys())} (known: ${[...states.keys()].join(", ")})`,
    );
  }

  delay(effect: DelayedEffect): void {
    this.delayed = withEffect(this.delayed, effect);
    const { kind, cancellationToken } = effect;
    if (cancellationToken === undefined) return;
    this.#tokens ??= new Map();
    this.#touched ??= [];
    this.#touched.push([cancellationToken, this.#tokens.get(cancellationToken)]);
    this.#tokens.set(cancellationToken, kind === "send");
  }

  isPending(token: string): boolean {
    return this.#tokens?.get(token) ?? this.rules.isTokenPending(this.batch.target, token);
  }

  /** Makes all changes of state final, or throws and makes none. */
  settle(): void {
    for (const cell of this.#cells) cell?.prepare();
    for (const cell of this.#cells) cell?.settle();
  }

  save(): void {
    this.#touched = undefined;
    this.#savedMessages = this.messages.length;
    this.#savedDelayed = this.delayed.length;
    this.#savedEgresses = this.egresses.length;
    this.batch.marks?.next(this.#savedMessages, this.#savedDelayed, this.#savedEgresses);
  }

  /** Takes back every effect since `save`, and every change of state that is not settled. */
  rollback(): void {
    this.messages.length = this.#savedMessages;
    this.delayed.length = this.#savedDelayed;
    this.egresses.length = this.#savedEgresses;
    for (const [token, wasPending] of this.#touched?.reverse() ?? []) {
      if (wasPending === undefined) this.#tokens?.delete(token);
      else this.#tokens?.set(token, wasPending);
    }
    this.#touched = undefined;
    for (const cell of this.#cells) cell?.discard();
  }

  /** What was settled and done so far. */
  completed(): Completed {
    const { messages, delayed, egresses } = this;
    let mutations: StateMutation[] = none;
    for (const cell of this.#cells) {
      const mutation = cell?.mutation();
      if (mutation === undefined) continue;
      mutations = withEffect(mutations, mutation);
      if (mutation.value !== undefined) this.plain = plainIn(mutation.value) ?? this.plain;
    }
    return { kind: "completed", mutations, messages, delayed, egresses };
  }

  /** Whether a value is within the limit of a message. */
  fits(value: WireValue, to: WireAddress): boolean {
    this.plain = plainIn(value) ?? this.plain;
    return messageBytes(value, to) <= this.rules.maxMessageBytes;
  }

  /** Checks a value that is sent against the rules. */
  checked(value: WireValue, to: WireAddress): WireValue {
    const { features, maxMessageBytes } = this.rules;
    const { typename, text, headers } = value;
    this.plain = plainIn(value) ?? this.plain;
    const units = typename.length + to.typename.length + to.id.length + (text?.length ?? 0);
    const bytes = text === undefined ? valueBytes(value) : 6;
    // Few messages are near the limit, and only those are measured: a UTF-16 unit takes at most three bytes.
    if (headers.length === 0 && units * 3 + bytes <= maxMessageBytes) return value;
    if (headers.length > 0 && !features.headers)
      throw refused(`headers of a message to ${to.typename}`);
    const size = messageBytes(value, to);
    if (size <= maxMessageBytes) return value;
    throw new StateFunError(
      "limit_exceeded",
      `a message to ${to.typename} has ${size} bytes, more than maxMessageBytes (${maxMessageBytes})`,
    );
  }
}

/** Nothing that the wire or the cluster would drop is taken from a handler. */
export function refused(what: string): StateFunError {
  return new StateFunError("unsupported_by_wire", `this wire or cluster cannot carry ${what}`);
}
