import { type Rewrite, rewriteStates } from "../../engine/actions/rewrite-states.ts";
import type { Engine } from "../../engine/contract/engine.ts";
import { listInstances } from "../../engine/views/instance-list.ts";
import { Turns } from "../../engine/views/turns.ts";
import type { ErrorDetail } from "../../handler/options.ts";
import { assertKnownKeys, assertTypename, isRecord } from "../../internal/assert.ts";
import { noBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { plainValue } from "../../model/invocation.ts";
import { addressOf } from "../../sdk/addressing/address.ts";
import type { ListedFunctions } from "../../sdk/functions/function-table.ts";
import type { BoundFunction } from "../../sdk/invocation/bound-function.ts";
import { StateCell } from "../../sdk/state/state-cell.ts";
import { traitsOf } from "../../sdk/types/type-traits.ts";
import { sealedRewrite } from "./sealed-rewrite.ts";
import type { UpgradedFunction, UpgradeRunOptions, UpgradeSummary } from "./upgrade.ts";

/** Ids that are read at a time, and what may be in an open window of their new values. */
const pageSize = 256;
const windowBytes = 1_048_576;

/** What a walk needs of its runtime. */
export interface UpgradeHost {
  readonly engine: () => Engine;
  readonly functions: Pick<ListedFunctions, "get" | "names">;
  readonly maxStateBytes: number;
  readonly onError: (error: unknown, detail: ErrorDetail) => void;
}

/**
 * Writes the states of all instances of a function that an older type has written. Page by page: what is behind an instance that
 * was looked at survives a crash before the next page is read, and a walk that begins again finds it as it is to be.
 */
export async function upgradeInstances(
  host: UpgradeHost,
  given: UpgradedFunction,
  options: UpgradeRunOptions = {},
): Promise<UpgradeSummary> {
  assertKnownKeys(options, ["signal"], "the options of upgrade");
  const { signal } = options;
  const fn = functionOf(host, given);
  const summary = { instances: 0, upgraded: 0, failed: 0 };
  // Without such a type nothing can be old.
  const isUpgradable = [...fn.states.values()].some(({ type }) => {
    const { upgrade, sealed } = traitsOf(type);
    return upgrade !== undefined || sealed !== undefined;
  });
  const turns = new Turns();
  let next = isUpgradable ? await pageOf(host, fn, undefined) : undefined;
  while (next !== undefined) {
    let bytes = 0;
    for (const { id } of next.instances) {
      signal?.throwIfAborted();
      if (turns.isOver) await turns.next();
      bytes += await upgradeOne(host, fn, id, summary);
      if (bytes < windowBytes) continue;
      bytes = 0;
      await host.engine().flush();
    }
    await host.engine().flush();
    next = next.next === undefined ? undefined : await pageOf(host, fn, next.next);
  }
  return summary;
}

function functionOf({ functions }: UpgradeHost, given: unknown): BoundFunction {
  const typename: unknown = isRecord(given) ? given["typename"] : given;
  assertTypename(typename, "the function to upgrade");
  const fn = functions.get(typename);
  if (fn !== undefined) return fn;
  const text = `no function ${typename} is bound here${didYouMean(typename, functions.names())}`;
  throw new StateFunError("unknown_function", text);
}

function pageOf({ engine }: UpgradeHost, { typename }: BoundFunction, after: string | undefined) {
  const want = { typename, limit: pageSize, ...(after === undefined ? {} : { after }) };
  return listInstances(engine().partition, want);
}

/** Gives the bytes that were written. */
async function upgradeOne(
  { engine, maxStateBytes, onError }: UpgradeHost,
  fn: BoundFunction,
  id: string,
  summary: { instances: number; upgraded: number; failed: number },
): Promise<number> {
  const { typename } = fn;
  let bytes = 0;
  let isOpen = true;
  const rewrite: Rewrite = (name, value) => {
    try {
      const written = upgradedState(fn, name, value, maxStateBytes);
      bytes += written?.bytes?.length ?? 0;
      return written;
    } catch (error) {
      isOpen = false;
      throw error;
    }
  };
  summary.instances++;
  const address = { typename, id };
  try {
    const { partition } = engine();
    const ready = fn.openBatch ? await sealedRewrite(partition, address, fn, rewrite) : rewrite;
    if ((await rewriteStates(engine().partition, address, ready)) > 0) summary.upgraded++;
    return bytes;
  } catch (error) {
    const code = error instanceof StateFunError ? error.code : undefined;
    const isUnreadable = code === "state_undecodable" || code === "unavailable";
    if (isOpen && !isUnreadable) throw error;
    summary.failed++;
    onError(error, { address: addressOf(typename, id, undefined) });
    return 0;
  }
}

/** As a handler would write it that reads it and assigns it. */
function upgradedState(
  fn: BoundFunction,
  name: string,
  value: Parameters<Rewrite>[1],
  maxStateBytes: number,
): ReturnType<Rewrite> {
  const spec = fn.states.get(name);
  const { upgrade, sealed } = spec ? traitsOf(spec.type) : {};
  if (spec === undefined || (upgrade ?? sealed) === undefined) return undefined;
  const rules = { features: { typedState: true }, maxStateBytes, keepPrefix: true };
  const cell = new StateCell(spec, value, fn.typename, rules);
  // Reading tells what cannot be read, in the words that a handler's batch would fail with.
  const present = cell.get();
  const isOld = sealed?.isOld(value) ?? upgrade?.read(value.bytes ?? noBytes, value.typename).isOld;
  if (isOld !== true) return undefined;
  cell.set(present);
  cell.prepare();
  cell.settle();
  const changed = cell.mutation()?.value;
  return changed && plainValue(changed);
}
