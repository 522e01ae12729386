import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { addressOf, optionalTextTo, textTo } from "../drivers/columns.ts";
import type { Row, SqlValue } from "../drivers/sql-driver.ts";
import { type SqlValues, type ValueOwner, valueColumns } from "./sql-values.ts";

/** What every message has, wherever it waits. */
export interface MessageParts {
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
}

/** In the order of `messageTo`. */
export const messageColumns: string = `typename, id, caller_typename, caller_id, ${valueColumns}`;

/** How many they are, as placeholders. */
export const messagePlaceholders = "?, ?, ?, ?, ?, ?, ?, ?";

export function messageTo(
  values: SqlValues,
  owner: ValueOwner,
  { target, caller, argument }: MessageParts,
): SqlValue[] {
  return [
    textTo(target.typename),
    textTo(target.id),
    optionalTextTo(caller?.typename),
    optionalTextTo(caller?.id),
    ...values.store(owner, argument),
  ];
}

export function messageOf(values: SqlValues, owner: ValueOwner, row: Row): MessageParts {
  return {
    target: addressOf(row),
    caller: row["caller_typename"] === null ? undefined : addressOf(row, "caller_"),
    argument: values.read(owner, row),
  };
}
