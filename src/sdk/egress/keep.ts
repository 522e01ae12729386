import { assertInteger, assertKnownKeys, assertUserTypename } from "../../internal/assert.ts";
import { keptByDefault } from "../../model/kept-limits.ts";
import { type Egress, type EgressBinding, formatOf } from "./egress.ts";

/**
 * Keeps the records of an egress in the store, for reading, instead of delivering them.
 *
 * `maxRecords` is 100,000 by default and `retentionMs` 7 days: older records are deleted, so that an egress
 * without a reader does not fill the disk.
 *
 * @example
 * ```ts
 * import { egress, keep, string } from "statefun";
 *
 * const greetings = egress("demo/greetings", string);
 *
 * // `createRuntime({ modules, egresses: [kept] })`; read over HTTP at `/egresses/demo/greetings`.
 * export const kept = keep(greetings, { maxRecords: 1_000, retentionMs: 3_600_000 });
 * ```
 */
export function keep(
  egress: Egress<never, unknown> | string,
  options: { readonly maxRecords?: number; readonly retentionMs?: number } = {},
): EgressBinding {
  const typename: unknown = typeof egress === "string" ? egress : Object(egress).typename;
  assertUserTypename(typename, "the egress to keep");
  const format = typeof egress === "string" ? undefined : formatOf(egress);
  assertKnownKeys(options, ["maxRecords", "retentionMs"], `the options of keep ${typename}`);
  const { maxRecords = keptByDefault.maxRecords, retentionMs = keptByDefault.retentionMs } =
    options;
  assertInteger(maxRecords, `maxRecords of ${typename}`, 1);
  assertInteger(retentionMs, `retentionMs of ${typename}`, 1, 4e15);
  return { typename, "~deliver": { keep: { maxRecords, retentionMs, format } } };
}
