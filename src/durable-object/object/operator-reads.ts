import { assertOrder } from "../../engine/actions/order-checks.ts";
import type { ActionResult } from "../../engine/contract/actions.ts";
import type { DirectoryPage, DirectoryWant } from "../../engine/contract/directory.ts";
import type { Engine } from "../../engine/contract/engine.ts";
import { misplaced } from "../../engine/routing/links-in.ts";
import {
  deadLetterAddress,
  directoryTypename,
  egressAddress,
} from "../../engine/routing/system-addresses.ts";
import { engineReads } from "../../host/admin/engine-reads.ts";
import { invalid } from "../../internal/assert.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { addressOfAction } from "../action-address.ts";
import type { OperatorReads } from "../object-rpc.ts";
import type { ObjectEngine } from "./object-engine.ts";
import { withIds } from "./object-reads.ts";
import { assertAsked } from "./operator-checks.ts";

type Looked = Pick<ObjectEngine<never>, "look">;
type Kind = keyof OperatorReads;

/** What an object answers to operators. In an object that has nothing, nothing is made. */
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

/**
 * Does what an operator ordered, once for each key. The key is kept where nothing is, too: a repeat must not do later what found
 * nothing at first. The object of another address, or of another kind, refuses the order.
 */
export async function operatorAct(
  object: Pick<ObjectEngine<never>, "change">,
  to: string,
  order: unknown,
): Promise<ActionResult> {
  assertOrder(order);
  const address = addressOfAction(order.action);
  return object.change(to, (engine) => {
    assertHere(engine, address);
    return engine.act(order);
  });
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
      repeatReport(engine, address);
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
  newestDead: (object, to, { filter, after, limit, maxBytes }) =>
    object.look(to, { letters: [], next: undefined }, async (engine) => {
      assertHere(engine, deadLetterAddress);
      return engineReads(() => engine).newestDeadLetters(filter, after, limit, maxBytes);
    }),
  newestKept: (object, to, { egress, before, limit, maxBytes }) =>
    object.look<OperatorReads["newestKept"]["answer"]>(to, [], async (engine) => {
      assertHere(engine, egressAddress(egress));
      const rows = await engineReads(() => engine).newestKept(egress, before, limit, maxBytes);
      return withIds(engine, rows);
    }),
  deadGroups: (object, to, { filter }) =>
    object.look(to, [], async (engine) => {
      assertHere(engine, deadLetterAddress);
      return engineReads(() => engine).deadGroups(filter);
    }),
};

/** An operator looks: one of the two may have been restored to an earlier state. It costs no row where the directory knows it. */
function repeatReport({ partition }: Engine, address: WireAddress): void {
  const { presence } = partition.directoryReports;
  if (presence?.isListed(address.typename) === true) presence.repeat(address);
}

function idsOf(object: Looked, to: string, want: DirectoryWant): Promise<DirectoryPage> {
  const base = `${directoryTypename}/`;
  if (!to.startsWith(base)) throw invalid(`${to} is not an object of the directory`);
  const shard = { typename: directoryTypename, id: to.slice(base.length) };
  return object.look<DirectoryPage>(to, { ids: [], next: undefined }, async (engine) => {
    assertHere(engine, shard);
    // Nothing is shown that a crash could take back.
    await engine.flush();
    return (
      engine.partition.directoryReports.directory?.page(shard, want) ?? { ids: [], next: undefined }
    );
  });
}
