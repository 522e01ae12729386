import type { WireAddress } from "../../model/invocation.ts";
import type { LinkBatch, LinkMessage } from "../contract/links.ts";
import type { Partition } from "../partition.ts";
import { noteToMessage } from "./notes.ts";

type Deliver = (partition: string, batch: LinkBatch) => Promise<unknown>;

/** Of one batch. */
const maxNotes = 500;

/**
 * Reports to the directory that all addresses are gone that are left in an engine which is about to be removed: their states have expired.
 * Nothing of it is stored, because it is reported again if the engine ends before. `isLeaving` is asked before each batch: an address that
 * is written meanwhile has said so, and nothing later may say that it is gone. Never rejects: it is false if a report did not reach
 * the directory.
 */
export async function leave(
  partition: Partition,
  deliver: Deliver,
  isLeaving: () => boolean,
): Promise<boolean> {
  try {
    await report(partition, deliver, isLeaving);
    return true;
  } catch (error) {
    partition.options.onError(error, {});
    return false;
  }
}

async function report(
  { journal, router, directoryReports, options }: Partition,
  deliver: Deliver,
  isLeaving: () => boolean,
): Promise<void> {
  const { presence } = directoryReports;
  const { directory } = options;
  if (presence === undefined || directory === undefined) return;
  const notes = new Map<string, LinkMessage[]>();
  const send = async (shard: string): Promise<void> => {
    const messages = notes.get(shard) ?? [];
    notes.delete(shard);
    await deliver(shard, { from: options.name, epoch: journal.now(), first: 1, messages });
  };
  for (const address of presence.leaving()) {
    const target = directory.shardOf(address);
    const shard = router.partitionOf(target);
    const messages = notes.get(shard) ?? [];
    notes.set(shard, messages);
    messages.push({ target, caller: undefined, argument: goneNote(journal, address) });
    if (messages.length < maxNotes) continue;
    await send(shard);
    if (!isLeaving()) return;
  }
  for (const shard of [...notes.keys()]) {
    if (isLeaving()) await send(shard);
  }
}

function goneNote(journal: Partition["journal"], address: WireAddress) {
  const [time, number] = [journal.now(), journal.nextNumber()];
  return noteToMessage({ address, isHere: false, time, number });
}
