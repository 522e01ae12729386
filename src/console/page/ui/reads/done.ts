import type { Done } from "../../api/types.ts";

/** What a server has answered to an action, as a sentence. */
export function saidOf({ duplicate, count }: Done, done: string, nothing: string): string {
  if (duplicate) return `This was done before by the same request, and not again: ${done}`;
  return count === 0 ? nothing : done;
}
