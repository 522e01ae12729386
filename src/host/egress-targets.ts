import type { LeftRecord, MakeLanes, Untaken } from "../engine/contract/lanes.ts";
import type { EgressTarget } from "../engine/contract/options.ts";
import type { EgressRow } from "../engine/contract/records.ts";
import { assertFunction, assertUserTypename, invalid, isRecord } from "../internal/assert.ts";
import { copyOf, noBytes } from "../internal/bytes.ts";
import { show } from "../internal/show.ts";
import { addressOf } from "../sdk/addressing/address.ts";
import { openedValue } from "../sdk/addressing/opened-value.ts";
import type { EgressBinding, EgressFormat, EgressRecord } from "../sdk/egress/egress.ts";
import { headersFromWire } from "../sdk/types/headers.ts";
import { messageFromWire } from "../sdk/types/message.ts";
import type { Accepts } from "../sdk/types/type.ts";
import { traitsOf } from "../sdk/types/type-traits.ts";

type Deliver = (
  records: readonly EgressRecord[],
  signal: AbortSignal,
  env: unknown,
) => void | Promise<void>;

/** A binding with its origin, for an error that names both. */
export interface OwnedBinding {
  readonly module: string;
  readonly part: EgressBinding;
}

/** What the records of a bound egress are given to. `identity` makes their ids unique beyond a store. */
export function egressTargets(
  bindings: readonly OwnedBinding[],
  env: unknown,
  identity: () => string,
): Map<string, EgressTarget> {
  const targets = new Map<string, EgressTarget>();
  const owners = new Map<string, string>();
  const able = new Set(bindings.filter(({ part }) => !isDescribed(part)).map(typenameOf));
  for (const { module, part } of bindings) {
    const typename = typenameOf({ part });
    // A delivery in code takes precedence over the description of Kafka in a module file.
    if (isDescribed(part) && able.has(typename)) continue;
    const other = owners.get(typename);
    if (other !== undefined) {
      const names = other === module ? `both by ${module}` : `by ${other} and by ${module}`;
      throw invalid(`egress ${typename} is bound twice, ${names}`);
    }
    owners.set(typename, module);
    targets.set(typename, targetOf(part, env, identity));
  }
  return targets;
}

function typenameOf({ part }: Pick<OwnedBinding, "part">): string {
  const typename: unknown = Object(part).typename;
  assertUserTypename(typename, "the typename of an egress binding");
  return typename;
}

/** A module file has it, and no connector was given that delivers to it. */
function isDescribed(part: EgressBinding): boolean {
  const how: unknown = Object(part)["~deliver"];
  return isRecord(how) && typeof how["needs"] === "string";
}

/** The bindings of the options: a list, or a table of plain functions, which get messages. */
export function bindingsOf(egresses: unknown): EgressBinding[] {
  if (egresses === undefined) return [];
  if (Array.isArray(egresses)) return egresses;
  if (!isRecord(egresses))
    throw invalid(
      `egresses must be a list of bindings or a table of functions, got ${show(egresses)}`,
    );
  return Object.entries(egresses).map(([typename, deliver]) => {
    assertUserTypename(typename, "the typename of an egress");
    assertFunction(deliver, `the delivery of egress ${typename}`);
    const format: Pick<EgressFormat, "decode"> = { decode: messageFromWire };
    return { typename, "~deliver": { deliver, format } };
  });
}

/** A record as a delivery gets it. Throws `message_undecodable`. */
function egressRecord(
  { number, from, argument }: EgressRow,
  format: Pick<EgressFormat, "decode">,
  identity: string,
): EgressRecord {
  return {
    id: `${identity}-${number}`,
    from: addressOf(from.typename, from.id, undefined),
    value: format.decode(argument),
    typename: argument.typename,
    bytes: copyOf(argument.bytes ?? noBytes),
    headers: headersFromWire(argument.headers),
  };
}

function targetOf(part: EgressBinding, env: unknown, identity: () => string): EgressTarget {
  const how: unknown = part["~deliver"];
  if (isRecord(how) && isRecord(how["keep"])) {
    // Only `keep` sets it, to what it has checked.
    const kept = how["keep"] as { maxRecords: number; retentionMs: number };
    return { kind: "keep", ...kept };
  }
  if (isRecord(how) && typeof how["needs"] === "string") throw invalid(how["needs"]);
  if (!isRecord(how) || typeof how["deliver"] !== "function") {
    throw invalid(
      `egress ${part.typename} must be bound by egress.to or by keep, got ${show(part)}`,
    );
  }
  // Only `to` and connectors set them: a function, the format of its egress, and lanes.
  const { deliver, format, lanes } = how as unknown as Delivered;
  return {
    kind: "deliver",
    async deliver(rows, signal) {
      const opened = await openedRows(rows, format.accepts);
      const records = opened.map((row) => egressRecord(row, format, identity()));
      const left = await deliver(records, signal, env);
      // What a user's function gives back means nothing.
      return lanes === undefined ? [] : (left ?? []).flatMap((one) => untaken(rows, one));
    },
    ...(lanes && { lanes }),
  };
}

/** Records that a delivery can read, the encrypted ones too. */
function openedRows(
  rows: readonly EgressRow[],
  accepts: Accepts,
): readonly EgressRow[] | Promise<readonly EgressRow[]> {
  const types = accepts === undefined ? [] : [accepts].flat();
  if (!types.some((type) => traitsOf(type).open !== undefined)) return rows;
  return Promise.all(
    rows.map(async (row) => ({ ...row, argument: await openedValue(accepts, row.argument) })),
  );
}

/** What a connector binds to an egress. */
interface Delivered {
  readonly deliver: (
    ...args: Parameters<Deliver>
  ) => Promise<readonly LeftRecord[]> | readonly LeftRecord[] | undefined;
  readonly format: EgressFormat;
  /** Without it what `deliver` gives back means nothing. */
  readonly lanes?: MakeLanes;
}

function untaken(rows: readonly EgressRow[], { index, ...rest }: LeftRecord): readonly Untaken[] {
  const row = rows[index];
  return row === undefined ? [] : [{ row, ...rest }];
}
