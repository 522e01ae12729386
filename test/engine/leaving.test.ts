import { expect, it } from "vitest";
import type { LinkBatch } from "../../src/engine/contract/links.ts";
import { leave } from "../../src/engine/directory/leaving.ts";
import { noteFromMessage } from "../../src/engine/directory/notes.ts";
import type { Partition } from "../../src/engine/partition.ts";

it("nothing more is said to be gone once something has come", async () => {
  const ids = Array.from({ length: 1_200 }, (_, n) => `${n}`);
  const partition = {
    journal: { now: () => 1, nextNumber: () => 1 },
    router: { partitionOf: ({ id }: { id: string }) => id },
    directoryReports: { presence: { leaving: () => ids.map((id) => ({ typename: "a/b", id })) } },
    options: { name: "one", directory: { shardOf: () => ({ typename: "d/d", id: "0" }) } },
  } as unknown as Partition;
  const reported = async (isLeaving: () => boolean): Promise<unknown[]> => {
    const gone: unknown[] = [];
    const deliver = async (_: string, { messages }: LinkBatch): Promise<void> => {
      gone.push(...messages.map(({ argument }) => noteFromMessage(argument)?.address.id));
    };
    await leave(partition, deliver, isLeaving);
    return gone;
  };
  expect(await reported(() => true)).toEqual(ids);
  // It came while the first batch was on its way.
  expect(await reported(() => false)).toEqual(ids.slice(0, 500));
});
