import type { DirectoryPage, DirectoryWant } from "../../engine/contract/directory.ts";
import { compareTexts } from "../../internal/text-order.ts";
import { directoryShards, shardAddress } from "../directory-shards.ts";

/** Asked of each object of the directory beside its share of a page: they are not filled evenly. */
const spare = 8;

/**
 * A page over all objects of the directory, in order of ids. There may be fewer than asked for, and then there is a `next`: an id
 * is only given when every object has said what it has before it.
 */
export async function listed(
  ask: (shard: ReturnType<typeof shardAddress>, want: DirectoryWant) => Promise<DirectoryPage>,
  want: DirectoryWant,
): Promise<DirectoryPage> {
  const share = Math.min(want.limit, Math.ceil((2 * want.limit) / directoryShards) + spare);
  const shards = Array.from({ length: directoryShards }, (_, shard) => shardAddress(shard));
  const pages = await Promise.all(shards.map((shard) => ask(shard, { ...want, limit: share })));
  let known: string | undefined;
  for (const { next } of pages) {
    if (next !== undefined && (known === undefined || compareTexts(next, known) < 0)) known = next;
  }
  const ids = pages.flatMap((page) => page.ids);
  const sure = (
    known === undefined ? ids : ids.filter((id) => compareTexts(id, String(known)) <= 0)
  ).sort(compareTexts);
  const shown = sure.slice(0, want.limit);
  const isCut = shown.length < sure.length;
  return { ids: shown, next: isCut ? shown.at(-1) : known };
}
