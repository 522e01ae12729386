import type { Done } from "../../api/types.ts";

const nothingDone = "Nothing was done: it has changed meanwhile, or was so already.";

/** What a server has answered to an action, as a sentence. */
export function saidOf({ duplicate, count }: Done, done: string, nothing = nothingDone): string {
  if (duplicate) return `It was done before by the same request: ${done}`;
  return count === 0 ? nothing : done;
}
