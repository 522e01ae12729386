import { writeActivity } from "../../engine/actions/activity.ts";
import type { Engine } from "../../engine/contract/engine.ts";
import { type Abandoned, abandonPart } from "../../engine/moving/abandon-part.ts";
import { adminAddress } from "../../engine/routing/system-addresses.ts";
import { assertStill } from "../assert-still.ts";
import type { AbandonAsked, AbandonedNote } from "../moving-rpc.ts";
import { changedAt, type Moved } from "./moved.ts";

/** Takes away what an import has brought to this object. Resolves when that survives a crash. */
export async function abandonHere(
  { engine: object, to }: Moved,
  { isCheck, ...want }: AbandonAsked,
): Promise<Abandoned> {
  const work = (isLook: boolean) => async (engine: Engine) => {
    assertStill(engine.partition.hold.isPaused, "abandoning an import");
    const wasHere = await abandonPart(engine.partition, { ...want, isCheck: isLook });
    if (!isLook) changedAt(engine);
    return wasHere;
  };
  // In an object that has nothing, nothing is made to look at it.
  const isHere = await object.look<Abandoned>(to, false, work(true));
  return isHere === true && !isCheck ? object.change(to, work(false)) : isHere;
}

/** Writes down that an import was abandoned, where it is written what operators did. */
export async function noteAbandoned(
  { engine: object, to }: Moved,
  { who, why, sha256, count, key }: AbandonedNote,
): Promise<undefined> {
  await object.change(to, async ({ partition }) => {
    const { journal, calls, options } = partition;
    await journal.opened();
    if (journal.isStopped) throw journal.failure;
    const noteKey = `statefun/abandoned/${sha256}/${key}`;
    // One that has done something is written down each time: the rest may have failed.
    if (count > 0 || key === undefined || calls.accepted(adminAddress, noteKey) === undefined) {
      writeActivity(partition, { who, why, action: "abandon-import", sha256, result: { count } });
      calls.accept({
        ...{ target: adminAddress, key: noteKey, digest: "", number: journal.nextNumber() },
        ...{ call: undefined, outcome: undefined },
        expiresAt: journal.now() + options.idempotencyRetentionMs,
      });
    }
    await journal.flush();
  });
  return undefined;
}
