import { assertUserTypename, invalid, isRecord } from "../../internal/assert.ts";
import { longestDelayMs } from "../../internal/limits.ts";
import { show } from "../../internal/show.ts";
import { isAddress, isCount, isText, isValue } from "../../model/guards.ts";
import type { Action, Order, OrderedBy } from "../contract/actions.ts";
import { assertAddressSize, assertCallersKey, assertKeySize } from "../contract/limits.ts";

/** Of who ordered it and why, in characters: they stand in a record for each action. */
const maxTextLength = 4_096;
/** Letters of one page. */
const maxPage = 1_000;

const rules: { readonly [kind in Action["kind"]]: (action: Fields) => boolean } = {
  replay: isNumbered,
  discard: isNumbered,
  "replay-all": isPage,
  "discard-all": isPage,
  skip: (action) => isNumbered(action) && isAddressed(action),
  retry: isAddressed,
  "cancel-timer": isOfTimer,
  "fire-timer": isOfTimer,
  pause: isPausable,
  resume: isPausable,
  "set-state": (action) => isStateful(action) && isValue(action["value"]),
  "clear-state": isStateful,
  "delete-instance": (action) => isAddressed(action) && typeof action["withTimers"] === "boolean",
  send: isSendable,
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * What comes by RPC is what another process says. That a value is one of the type of its state, and not too large, is looked
 * at where types are known.
 */
export function assertOrder(order: unknown): asserts order is Order {
  assertOrderedBy(order);
  const { action } = Object(order);
  if (!isRecord(action)) throw invalid(`an action must be an object, got ${show(action)}`);
  const { kind } = action;
  const rule = Object.entries(rules).find(([name]) => name === kind)?.[1];
  if (rule === undefined) throw invalid(`there is no action ${show(kind)}`);
  if (!rule(action)) throw invalid(`the fields of the action ${show(kind)} are not valid`);
}

/** The same of whose it is. */
export function assertOrderedBy(by: unknown): asserts by is OrderedBy {
  const { key, who, why } = Object(by);
  if (!isText(key) || key === "") throw invalid("an action must have a key, which is a text");
  assertKeySize(key);
  assertCallersKey(key);
  if (!isShortText(who) || (why !== undefined && !isShortText(why))) {
    throw invalid(
      `who orders an action, and why, must be texts of at most ${maxTextLength} characters`,
    );
  }
}

function isNumbered({ number }: Fields): boolean {
  return isCount(number);
}

function isOfTimer(action: Fields): boolean {
  return isNumbered(action) && (action["address"] === undefined || isAddressed(action));
}

function isAddressed({ address }: Fields): boolean {
  if (!isAddress(address)) return false;
  assertUserTypename(address.typename, "the address of an action");
  assertAddressSize(address);
  return true;
}

function isPausable({ typename, id }: Fields): boolean {
  const address = { typename, id: id ?? "" };
  return (id === undefined || isText(id)) && isAddressed({ address });
}

function isStateful(action: Fields): boolean {
  const { name, ifMatch } = action;
  return isAddressed(action) && isText(name) && name !== "" && isText(ifMatch);
}

function isSendable(action: Fields): boolean {
  const { value, delayMs, isCall } = action;
  const isDelayed = isCount(delayMs) && delayMs <= longestDelayMs;
  if (!isAddressed(action) || !isValue(value) || !isDelayed) return false;
  return typeof isCall === "boolean" && !(isCall && delayMs > 0);
}

function isPage({ filter, after, upTo, limit, isDryRun }: Fields): boolean {
  const isBounded = isCount(limit) && limit > 0 && limit <= maxPage;
  if (!isBounded || !isCount(after) || !isCount(upTo) || typeof isDryRun !== "boolean") {
    return false;
  }
  const { typename, code, reason, since, until } = Object(filter);
  const texts = [typename, code, reason].every((one) => one === undefined || isShortText(one));
  return (
    isRecord(filter) && texts && [since, until].every((one) => one === undefined || isCount(one))
  );
}

function isShortText(value: unknown): boolean {
  return isText(value) && value.length <= maxTextLength;
}
