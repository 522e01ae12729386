import type { WireAddress } from "../../model/invocation.ts";
import type { LinkBatch, LinkMessage } from "../contract/links.ts";
import type { Partition } from "../partition.ts";
import { noteToMessage } from "./notes.ts";

/** Of one batch. */
const maxNotes = 500;

/**
 * Tells the directory that all addresses are gone that are left in an engine which is about to be removed: their states have expired.
 * Nothing of it is stored, because it is told again if the engine ends before: an address that comes back meanwhile is told later.
 */
export async function leave(
  { journal, router, telling, options }: Partition,
  deliver: (partition: string, batch: LinkBatch) => Promise<unknown>,
): Promise<void> {
  const { presence } = telling;
  const { directory } = options;
  if (presence === undefined || directory === undefined) return;
  const notes = new Map<string, LinkMessage[]>();
  const send = async (shard: string): Promise<void> => {
    const messages = notes.get(shard) ?? [];
    notes.delete(shard);
    await deliver(shard, { from: options.name, epoch: journal.now(), first: 1, messages });
  };
  for (const address of presence.left()) {
    const target = directory.shardOf(address);
    const shard = router.partitionOf(target);
    const messages = notes.get(shard) ?? [];
    notes.set(shard, messages);
    messages.push({ target, caller: undefined, argument: goneNote(journal, address) });
    if (messages.length === maxNotes) await send(shard);
  }
  for (const shard of [...notes.keys()]) await send(shard);
}

function goneNote(journal: Partition["journal"], address: WireAddress) {
  const [time, number] = [journal.now(), journal.nextNumber()];
  return noteToMessage({ address, isHere: false, time, number });
}
