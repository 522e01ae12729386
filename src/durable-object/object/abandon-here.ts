import { writeActivity } from "../../engine/actions/activity.ts";
import type { Engine } from "../../engine/contract/engine.ts";
import { abandonPart } from "../../engine/moving/abandon-part.ts";
import { assertStill } from "../assert-still.ts";
import type { AbandonAsked, AbandonedNote } from "../moving-rpc.ts";
import { changedAt, type Moved } from "./moved.ts";

/** Takes away what an import has brought to this object. Resolves with whether something of it was here, when that survives a crash. */
export async function abandonHere(
  { engine: object, to }: Moved,
  { isCheck, ...want }: AbandonAsked,
): Promise<boolean> {
  const work = (isLook: boolean) => async (engine: Engine) => {
    assertStill(engine.partition.hold.isPaused, "abandoning an import");
    const wasHere = await abandonPart(engine.partition, { ...want, isCheck: isLook });
    if (!isLook) changedAt(engine);
    return wasHere;
  };
  // In an object that has nothing, nothing is made to look at it.
  const isHere = await object.look<boolean>(to, false, work(true));
  return isHere && !isCheck ? object.change(to, work(false)) : isHere;
}

/** Writes down that an import was abandoned, where it is written what operators did. */
export async function noteAbandoned(
  { engine: object, to }: Moved,
  { who, why, sha256, count }: AbandonedNote,
): Promise<undefined> {
  await object.change(to, async ({ partition }) => {
    const { journal } = partition;
    await journal.opened();
    if (journal.isStopped) throw journal.failure;
    writeActivity(partition, { who, why, action: "abandon-import", sha256, result: { count } });
    await journal.flush();
  });
  return undefined;
}
