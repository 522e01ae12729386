import type { DirectoryPage, DirectoryWant } from "../../engine/contract/directory.ts";
import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { directoryTypename } from "../../engine/routing/system-addresses.ts";
import type { OperatorReads } from "../object-rpc.ts";
import type { ObjectEngine } from "./object-engine.ts";
import { assertAsked } from "./operator-checks.ts";

type Looked = Pick<ObjectEngine<never>, "look">;

/** What an object answers to operators. In one that has nothing, nothing is made. */
export async function operatorRead<K extends keyof OperatorReads>(
  object: Looked,
  to: string,
  kind: K,
  asked: unknown,
): Promise<OperatorReads[K]["answer"]> {
  assertAsked(kind, asked);
  // Each kind has its own answer, which the types of the two tables say.
  const read = reads[kind] as (
    object: Looked,
    to: string,
    asked: OperatorReads[K]["asked"],
  ) => Promise<OperatorReads[K]["answer"]>;
  return read(object, to, asked);
}

const reads: {
  readonly [K in keyof OperatorReads]: (
    object: Looked,
    to: string,
    asked: OperatorReads[K]["asked"],
  ) => Promise<OperatorReads[K]["answer"]>;
} = {
  ids: idsOf,
  instance: later,
  timers: later,
  dead: later,
  deadGroups: later,
};

async function later(): Promise<never> {
  throw new StateFunError("invalid_argument", "not yet");
}

function idsOf(object: Looked, to: string, want: DirectoryWant): Promise<DirectoryPage> {
  const base = `${directoryTypename}/`;
  if (!to.startsWith(base)) throw invalid(`${to} is not an object of the directory`);
  const shard = { typename: directoryTypename, id: to.slice(base.length) };
  return object.look<DirectoryPage>(to, { ids: [], next: undefined }, async (engine) => {
    // Nothing is shown that a crash could take back.
    await engine.flush();
    return engine.partition.telling.directory?.page(shard, want) ?? { ids: [], next: undefined };
  });
}
