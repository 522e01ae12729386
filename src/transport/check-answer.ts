import { assertMessageSize } from "../engine/contract/limits.ts";
import { isReserved } from "../engine/routing/system-addresses.ts";
import { bytesFromText, copyOf, noBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { longestDelayMs } from "../internal/limits.ts";
import { show } from "../internal/show.ts";
import type { WireAddress, WireValue } from "../model/invocation.ts";
import type { Completed, DelayedEffect, MissingValue, StateMutation } from "../model/outcome.ts";
import { maxStateNameBytes } from "./declared-states.ts";
import { nonsense } from "./remote-failure.ts";

const maxStates = 1_000;

/** What the effects of a remote function may be: the rules that a context has for those of this process. */
export interface AnswerRules {
  /** For messages: the function, and where it is. */
  readonly what: string;
  readonly states: ReadonlyMap<string, MissingValue>;
  /** Whether a value of a state must have the type that was declared. */
  readonly typedState: boolean;
  readonly maxMessageBytes: number;
  readonly maxStateBytes: number;
  readonly now: number;
  readonly isTokenPending: (token: string) => boolean;
}

/**
 * The effects as the engine may apply them: checked one by one, all of them before any is applied, and copied,
 * since they are views of an answer that may be large.
 */
export function checkedAnswer(completed: Completed, rules: AnswerRules): Completed {
  const tokens = new Map<string, boolean>();
  const { what } = rules;
  const written = new Map<string, StateMutation>();
  for (const mutation of completed.mutations) {
    // Of a state that is written twice the last one counts.
    written.set(mutation.name, checkedMutation(mutation, rules));
  }
  return {
    kind: "completed",
    mutations: [...written.values()],
    messages: completed.messages.map(({ target, argument }) => ({
      target: checkedTarget(target, what),
      argument: checkedMessage(argument, target, `a message to ${target.typename}`, rules),
    })),
    delayed: completed.delayed.map((effect) => checkedDelay(effect, rules, tokens)),
    egresses: completed.egresses.map(({ egress, argument }) => {
      assertName(egress, `${what} emitted to the egress`);
      return {
        egress,
        argument: checkedMessage(
          argument,
          { typename: egress, id: "" },
          `a record for ${egress}`,
          rules,
        ),
      };
    }),
  };
}

/** Throws unless these are states that can be: nothing of an answer with one that cannot is taken. */
export function checkMissing(
  missing: readonly MissingValue[],
  { what, states }: AnswerRules,
): void {
  let count = states.size;
  for (const { name, expiration } of missing) {
    if (name === "" || bytesFromText(name).length > maxStateNameBytes) {
      throw nonsense(
        `${what} declared a state ${show(name)}: a name has 1 to ${maxStateNameBytes} bytes`,
      );
    }
    if (expiration.mode !== "none" && expiration.afterMs <= 0) {
      throw nonsense(
        `${what} declared state ${show(name)} to expire after ${expiration.afterMs} ms, expected 1 or more`,
      );
    }
    if (!states.has(name)) count++;
  }
  if (count <= maxStates) return;
  throw new StateFunError("limit_exceeded", `${what} declared more than maxStates (${maxStates})`);
}

function checkedMutation({ name, value }: StateMutation, rules: AnswerRules): StateMutation {
  const { what, states, typedState, maxStateBytes } = rules;
  const declared = states.get(name);
  if (declared === undefined) {
    const known = [...states.keys()].map(show).join(", ") || "none";
    throw new StateFunError(
      "undeclared_state",
      `${what} wrote a state ${show(name)} that nothing declares; declared are: ${known}`,
    );
  }
  if (value === undefined) return { name, value };
  if (typedState && value.typename !== declared.typename) {
    throw nonsense(
      `${what} wrote a ${show(value.typename)} to state ${show(name)}, which it declared as ${show(declared.typename)}`,
    );
  }
  const size = value.bytes?.length ?? 0;
  if (size > maxStateBytes) {
    throw new StateFunError(
      "limit_exceeded",
      `${what} wrote ${size} bytes to state ${show(name)}, more than maxStateBytes (${maxStateBytes})`,
    );
  }
  // A runtime stores no headers with a state, and of one that is written without a value zero bytes.
  const { typename, bytes = noBytes } = value;
  return { name, value: { typename, bytes: copyOf(bytes), headers: [] } };
}

function checkedDelay(
  effect: DelayedEffect,
  rules: AnswerRules,
  tokens: Map<string, boolean>,
): DelayedEffect {
  const { what, now } = rules;
  const { cancellationToken: token } = effect;
  if (effect.kind === "cancel") {
    if (token === "") throw nonsense(`${what} cancelled without a token`);
    tokens.set(effect.cancellationToken, false);
    return effect;
  }
  const { delayMs, target, argument } = effect;
  if (delayMs < 0 || delayMs > longestDelayMs - now) {
    throw nonsense(
      `${what} sent a message to ${target.typename} with a delay of ${delayMs} ms, expected 0 to ${longestDelayMs - now}`,
    );
  }
  if (token !== undefined) {
    if (tokens.get(token) ?? rules.isTokenPending(token)) {
      throw new StateFunError(
        "token_pending",
        `${what} sent a message with the token ${show(token)}, which is already pending`,
      );
    }
    tokens.set(token, true);
  }
  checkedTarget(target, what);
  const message = checkedMessage(argument, target, `a message to ${target.typename}`, rules);
  return { ...effect, argument: message };
}

function checkedTarget(target: WireAddress, what: string): WireAddress {
  assertName(target.typename, `${what} sent a message to`);
  return target;
}

function assertName(typename: string, what: string): void {
  if (!/^[^/]+\/[^/]+$/.test(typename)) {
    throw nonsense(`${what} ${show(typename)}, expected "namespace/name" with exactly one slash`);
  }
  if (isReserved(typename)) {
    throw nonsense(`${what} ${typename}: the namespace statefun is reserved for the engine`);
  }
}

function checkedMessage(
  value: WireValue,
  target: WireAddress,
  label: string,
  rules: AnswerRules,
): WireValue {
  const message = { target, argument: value };
  assertMessageSize(message, rules.maxMessageBytes, `${label} of ${rules.what}`);
  const { typename, bytes, headers } = value;
  return {
    typename,
    bytes: bytes && copyOf(bytes),
    headers: headers.map((header) => ({
      key: header.key,
      value: header.value && copyOf(header.value),
    })),
  };
}
