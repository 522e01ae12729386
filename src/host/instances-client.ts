import type { InstanceRow, ListedRow, Trouble } from "../engine/contract/instances.ts";
import {
  assertInteger,
  assertKnownKeys,
  assertText,
  assertTypename,
  isRecord,
} from "../internal/assert.ts";
import { addressOf } from "../sdk/addressing/address.ts";
import type { SurfaceHost } from "../surface/surface-host.ts";
import type {
  InstanceList,
  InstancesOptions,
  InstanceTrouble,
  ListedInstance,
} from "./instances.ts";

const known = ["function", "prefix", "after", "limit"];
const maxLimit = 1_000;

/** A page of the instances of an application, with every option checked. */
export async function listed(
  host: Pick<SurfaceHost, "admin">,
  options: InstancesOptions,
): Promise<InstanceList> {
  assertKnownKeys(options, known, "the options of instances");
  const { prefix = "", after, limit = 100 } = options;
  const given: unknown = options.function;
  const typename: unknown = isRecord(given) ? given["typename"] : given;
  assertTypename(typename, "function");
  assertText(prefix, "prefix");
  if (after !== undefined) assertText(after, "after");
  assertInteger(limit, "limit", 1, maxLimit);
  const admin = await host.admin();
  const want = { typename, prefix, limit, ...(after === undefined ? {} : { after }) };
  const { instances, next } = await admin.instances(want);
  return {
    instances: instances.filter(isWhole).map((row) => listedOf(typename, row)),
    ...(next === undefined ? {} : { next }),
  };
}

/** An engine of this process knows all of each. */
function isWhole(row: ListedRow): row is InstanceRow {
  return row.waiting !== undefined;
}

function listedOf(typename: string, row: InstanceRow): ListedInstance {
  const { id, waiting, oldestMs, isRunning, isPaused, states, stateBytes, trouble } = row;
  return {
    address: addressOf(typename, id, undefined),
    ...{ waiting, isRunning, isPaused, states },
    ...(oldestMs === undefined ? {} : { oldestMs }),
    ...(stateBytes === undefined ? {} : { stateBytes }),
    ...(trouble === undefined ? {} : { trouble: troubleOf(trouble) }),
  };
}

function troubleOf({
  kind,
  code,
  reason,
  attempts,
  at,
  retryAt,
  waitsFor,
}: Trouble): InstanceTrouble {
  return {
    kind,
    code,
    reason,
    attempts,
    ...(at === undefined ? {} : { atMs: at }),
    ...(retryAt === undefined ? {} : { retryAtMs: retryAt }),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}
