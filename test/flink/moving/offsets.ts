import { setTimeout } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";

/** Waits until a group has committed the position behind so many records of a topic: all that was written was taken in. */
export async function untilTakenIn(
  brokers: string,
  groupId: string,
  topic: string,
  records: number,
  /** Throws once it is of no use to wait on. */
  assertRunning: () => void = () => {},
): Promise<void> {
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [brokers] });
  const deadline = Date.now() + 200_000;
  try {
    for (;;) {
      const committed = await committedIn(admin, groupId, topic);
      if (committed === records) return;
      assertRunning();
      if (Date.now() > deadline)
        throw new Error(`${groupId} has ${committed} of ${records} records`);
      await setTimeout(50);
    }
  } finally {
    await admin.close();
  }
}

async function committedIn(admin: Admin, group: string, topic: string): Promise<number> {
  const groups = await admin.listConsumerGroupOffsets({ groups: [group] }).catch(() => []);
  const partitions = groups
    .flatMap(({ topics }) => topics)
    .filter(({ name }) => name === topic)
    .flatMap((one) => one.partitions);
  return partitions.reduce(
    (sum, { committedOffset }) => sum + Math.max(0, Number(committedOffset)),
    0,
  );
}
