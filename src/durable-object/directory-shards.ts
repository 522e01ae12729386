import type { DirectoryParts } from "../engine/contract/directory.ts";
import { directoryTypename } from "../engine/routing/system-addresses.ts";
import { assertTypename, invalid } from "../internal/assert.ts";
import { peek, show } from "../internal/show.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { ListedFunctions } from "../sdk/functions/function-table.ts";

/**
 * Of how many objects the directory is made. An object takes about 1,000 requests a second, so that 16 of them take as many
 * addresses that come or go as a large application has; and a page asks all of them, where a Worker may make 50 requests on the free
 * plan. It cannot change later: the note that an address is gone must reach the
 * object that has the note that it is there.
 */
export const directoryShards = 16;

/** The directory that this option means: which functions it lists, and which object has an address. Throws `invalid_argument` for any other value. */
export function directoryOf(
  option: unknown,
  functions: Pick<ListedFunctions, "get">,
): DirectoryParts & { readonly isOn: boolean } {
  const names = namesOf(option, functions);
  return {
    isOn: names !== undefined,
    isListed: (typename) => names === true || names?.has(typename) === true,
    shardOf,
    isShard: (partition) => partition.startsWith(`${directoryTypename}/`),
  };
}

export function shardAddress(shard: number): WireAddress {
  return { typename: directoryTypename, id: String(shard) };
}

function shardOf({ typename, id }: WireAddress): WireAddress {
  return shardAddress(hashOf(`${typename}/${id}`) % directoryShards);
}

/** True for all functions; undefined where there is no directory. */
function namesOf(
  option: unknown,
  functions: Pick<ListedFunctions, "get">,
): true | ReadonlySet<string> | undefined {
  if (option === undefined || option === false) return undefined;
  if (option === true) return true;
  if (!Array.isArray(option)) {
    throw invalid(`directory must be true or a list of functions, got ${show(option)}`);
  }
  const names = option.map((one: unknown, index) => {
    const typename = peek(one, "typename");
    assertTypename(typename, `the typename of directory[${index}]`);
    if (functions.get(typename) !== undefined) return typename;
    throw invalid(`directory[${index}] is ${typename}, which no module has`);
  });
  return new Set(names);
}

/** FNV-1a over UTF-16 units, and its bits mixed: the lowest ones of FNV alone depend on few letters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}
