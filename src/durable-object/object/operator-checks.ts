import { assertInteger, invalid, isRecord } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import { isAddress, isText } from "../../model/guards.ts";
import type { OperatorReads } from "../object-rpc.ts";

/** Of one page, by RPC. */
const maxRows = 1_000;

/** What comes by RPC is what another process says: looked at before anything of it is used. */
export function assertAsked<K extends keyof OperatorReads>(
  kind: K,
  asked: unknown,
): asserts asked is OperatorReads[K]["asked"] {
  const check = checks.get(kind);
  if (check === undefined) {
    throw invalid(`an object cannot be asked for ${show(kind)}: it may be of older code`);
  }
  if (!isRecord(asked)) throw invalid(`what is asked for must be an object, got ${show(asked)}`);
  check(asked);
}

type Fields = Readonly<Record<string, unknown>>;

const checks: ReadonlyMap<keyof OperatorReads, (asked: Fields) => void> = /* @__PURE__ */ new Map<
  keyof OperatorReads,
  (asked: Fields) => void
>([
  [
    "ids",
    ({ typename, prefix, after, limit }) => {
      if (!isText(typename) || !isText(prefix)) throw invalid("a typename and a prefix are texts");
      assertOptional(after, "after");
      assertInteger(limit, "limit", 1, maxRows);
    },
  ],
  [
    "instance",
    ({ address }) => {
      if (!isAddress(address))
        throw invalid(`an address is a typename and an id, got ${show(address)}`);
    },
  ],
  [
    "timers",
    ({ typename, id, after, limit, maxBytes }) => {
      assertOptional(typename, "typename");
      assertOptional(id, "id");
      assertInteger(after, "after", -1);
      assertPage(limit, maxBytes);
    },
  ],
  ["dead", assertDead],
  ["newestDead", assertDead],
  [
    "newestKept",
    ({ egress, before, limit, maxBytes }) => {
      if (!isText(egress)) throw invalid(`an egress is a text, got ${show(egress)}`);
      assertInteger(before, "before", 0);
      assertPage(limit, maxBytes);
    },
  ],
  ["deadGroups", ({ filter }) => assertFilter(filter)],
]);

function assertDead({ filter, after, limit, maxBytes }: Fields): void {
  assertFilter(filter);
  assertInteger(after, "after", -1);
  assertPage(limit, maxBytes);
}

function assertFilter(filter: unknown): void {
  if (!isRecord(filter)) throw invalid(`a filter is an object, got ${show(filter)}`);
  for (const name of ["typename", "code", "reason"]) assertOptional(filter[name], name);
  for (const name of ["since", "until"]) {
    if (filter[name] !== undefined) assertInteger(filter[name], name, 0);
  }
}

function assertPage(limit: unknown, maxBytes: unknown): void {
  assertInteger(limit, "limit", 1, maxRows);
  assertInteger(maxBytes, "maxBytes", 1);
}

function assertOptional(value: unknown, what: string): void {
  if (value !== undefined && !isText(value)) throw invalid(`${what} is a text, got ${show(value)}`);
}
