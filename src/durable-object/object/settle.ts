import type { Partition } from "../../engine/partition.ts";
import { inTime } from "../../internal/deadline.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { assertStill } from "../assert-still.ts";
import type { Settled } from "../moving-rpc.ts";
import { changedAt, type Moved } from "./moved.ts";

/** How long messages on their way to other objects are waited for. */
const drainMs = 10_000;

/** Brings what is on its way to other objects to them. It would be in no object that is exported. */
export function settle({ engine: object, to }: Moved, isLive: boolean): Promise<Settled> {
  return object.look<Settled>(to, { time: 0, hadMail: false }, async (engine) => {
    if (!isLive) assertStill(engine.partition.hold.isPaused, "an export of one moment");
    const { partition } = engine;
    await engine.flush();
    const hadMail = hasMail(partition);
    if (hadMail) await drained(partition, to);
    // What was taken is removed now, so that it is not found again.
    if (hadMail && !isLive) partition.journal.touch();
    await engine.flush();
    return { hadMail, time: changedAt(engine) };
  });
}

/** Resolves when the other objects have all that was sent to them, notes for the directory included. */
export async function drained(partition: Partition, to: string): Promise<void> {
  const waiting = (): readonly string[] => partition.linksOut?.waiting ?? [];
  await inTime(
    drainMs,
    partition.until(() => waiting().length === 0),
    () => {
      const [first = ""] = waiting();
      const text = `object ${show(to)} has messages for ${show(first)}, which does not accept them: export again when it does`;
      throw new StateFunError("unavailable", text);
    },
  );
}

/** Whether messages for other objects are stored. Notes for the directory are no data. */
function hasMail({ options }: Partition): boolean {
  if (options.deliver === undefined) return false;
  const { store, directory } = options;
  return store
    .linksOut()
    .some(({ link }) => directory?.isShard(link) !== true && store.outbox(link, 0, 1).length > 0);
}
