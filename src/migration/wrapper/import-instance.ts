import { bytesFromBase64 } from "../../export-format/base64.ts";
import type { ExportedState } from "../../export-format/records.ts";
import { invalid } from "../../internal/assert.ts";
import { noBytes, sameBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { KnownStates, WireAddress, WireValue } from "../../model/invocation.ts";
import type { MissingValue, StateMutation } from "../../model/outcome.ts";
import type { ImportArgument } from "./read-argument.ts";

/**
 * What has to be written for it: all of it can be, or it throws. A value that is there already is no reason to refuse and
 * is not written again, since an import may be delivered twice. `declared` is undefined on v2, where a state has no type.
 */
export function importInstance(
  target: WireAddress,
  { instance, replace = false }: ImportArgument,
  state: KnownStates,
  declared: readonly MissingValue[] | undefined,
  now: number,
): StateMutation[] {
  const { function: typename, id, states } = instance;
  if (typename !== target.typename || id !== target.id) {
    throw invalid(
      `an import of ${show(typename)} with id ${show(id)} came to another instance: it is routed wrongly`,
    );
  }
  const types = declared && new Map(declared.map(({ name, typename }) => [name, typename]));
  const present: string[] = [];
  const mutations: StateMutation[] = [];
  for (const [name, exported] of Object.entries(states)) {
    assertState(target, name, exported, state, types);
    // A cluster takes no time at which a value expires, so at least none comes back.
    if ((exported.expiresAt ?? Number.POSITIVE_INFINITY) <= now) continue;
    const value = valueFrom(name, exported);
    const current = state.get(name);
    if (current !== undefined && isSame(current, value)) continue;
    if (current !== undefined) present.push(name);
    mutations.push({ name, value });
  }
  if (present.length === 0 || replace) return mutations;
  const names = present.map(show).join(", ");
  throw new StateFunError(
    "conflict",
    `another value is there already of ${names}: nothing was written; replace overwrites it`,
  );
}

function assertState(
  { typename }: WireAddress,
  name: string,
  { type }: ExportedState,
  state: KnownStates,
  types: ReadonlyMap<string, string> | undefined,
): void {
  const expected = types?.get(name);
  if (types === undefined ? !state.has(name) : expected === undefined) {
    const where = types === undefined ? "its module.yaml does not declare" : "it does not declare";
    const text = `${typename} has no state ${show(name)}: ${where} it`;
    throw new StateFunError("undeclared_state", text);
  }
  // The job would fail.
  if (expected !== undefined && expected !== type) {
    const text = `state ${show(name)} of ${typename} is a ${expected}, the import has a ${show(type)}`;
    throw new StateFunError("value_invalid", text);
  }
}

function valueFrom(name: string, { type, bytes }: ExportedState): WireValue {
  // A cluster has no state without bytes: it would read back as an empty one.
  if (bytes === undefined) throw invalid(`state ${show(name)} of an import has no bytes`);
  return { typename: type, bytes: bytesFromBase64(bytes), headers: [] };
}

function isSame(left: WireValue, right: WireValue): boolean {
  if (left.typename !== right.typename) return false;
  return sameBytes(left.bytes ?? noBytes, right.bytes ?? noBytes);
}
