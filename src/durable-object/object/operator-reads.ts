import { assertOrder } from "../../engine/actions/order-checks.ts";
import type { Action, ActionResult } from "../../engine/contract/actions.ts";
import type { DirectoryPage, DirectoryWant } from "../../engine/contract/directory.ts";
import type { Engine } from "../../engine/contract/engine.ts";
import { misplaced } from "../../engine/routing/links-in.ts";
import { deadLetterAddress, directoryTypename } from "../../engine/routing/system-addresses.ts";
import { engineReads } from "../../host/admin/engine-reads.ts";
import { invalid } from "../../internal/assert.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { addressOfAction } from "../action-address.ts";
import type { OperatorReads } from "../object-rpc.ts";
import type { ObjectEngine } from "./object-engine.ts";
import { assertAsked } from "./operator-checks.ts";

type Looked = Pick<ObjectEngine<never>, "look">;
type Kind = keyof OperatorReads;

/** What an object answers to operators. In one that has nothing, nothing is made. */
export async function operatorRead<K extends Kind>(
  object: Looked,
  to: string,
  kind: K,
  asked: unknown,
): Promise<OperatorReads[K]["answer"]> {
  assertAsked(kind, asked);
  const read: Read<K> = reads[kind];
  return read(object, to, asked);
}

/** Does what an operator ordered, once for each key. The object of another address, or of another kind, refuses it. */
export async function operatorAct(
  object: Pick<ObjectEngine<never>, "change" | "look">,
  to: string,
  order: unknown,
): Promise<ActionResult> {
  assertOrder(order);
  const address = addressOfAction(order.action);
  const act = (engine: Engine): Promise<ActionResult> => {
    assertHere(engine, address);
    return engine.act(order);
  };
  if (!endsOnly(order.action)) return object.change(to, act);
  // What only ends something does nothing where nothing is, and leaves no trace there.
  const nothing = { isDuplicate: false, count: 0 };
  const isThere = await object.look(to, false, async () => true);
  return isThere ? object.change(to, act) : nothing;
}

function endsOnly({ kind }: Action): boolean {
  return ["retry", "resume", "delete-instance", "replay-all", "discard-all"].includes(kind);
}

function assertHere({ partition }: Engine, address: WireAddress): void {
  if (!partition.router.isHere(address)) throw misplaced(address);
}

type Read<K extends Kind> = (
  object: Looked,
  to: string,
  asked: OperatorReads[K]["asked"],
) => Promise<OperatorReads[K]["answer"]>;

const reads: { readonly [K in Kind]: Read<K> } = {
  ids: idsOf,
  instance: (object, to, { address }) =>
    object.look(to, undefined, async (engine) => {
      assertHere(engine, address);
      retell(engine, address);
      return engineReads(() => engine).instance(address);
    }),
  timers: (object, to, want) =>
    object.look(to, [], async (engine) => {
      const { typename, id } = want;
      if (typename === undefined || id === undefined) throw invalid("timers are of an instance");
      assertHere(engine, { typename, id });
      return engineReads(() => engine).timers(want);
    }),
  dead: (object, to, { filter, after, limit, maxBytes }) =>
    object.look(to, { letters: [], next: undefined }, async (engine) => {
      assertHere(engine, deadLetterAddress);
      return engineReads(() => engine).deadLetters(filter, after, limit, maxBytes);
    }),
  deadGroups: (object, to) =>
    object.look(to, [], async (engine) => {
      assertHere(engine, deadLetterAddress);
      return engineReads(() => engine).deadGroups();
    }),
};

/** An operator looks: one of the two may have been restored to an earlier state. It costs no row where the directory knows it. */
function retell({ partition }: Engine, address: WireAddress): void {
  const { presence } = partition.telling;
  if (presence?.isListed(address.typename) === true) presence.tell(address);
}

function idsOf(object: Looked, to: string, want: DirectoryWant): Promise<DirectoryPage> {
  const base = `${directoryTypename}/`;
  if (!to.startsWith(base)) throw invalid(`${to} is not an object of the directory`);
  const shard = { typename: directoryTypename, id: to.slice(base.length) };
  return object.look<DirectoryPage>(to, { ids: [], next: undefined }, async (engine) => {
    assertHere(engine, shard);
    // Nothing is shown that a crash could take back.
    await engine.flush();
    return engine.partition.telling.directory?.page(shard, want) ?? { ids: [], next: undefined };
  });
}
