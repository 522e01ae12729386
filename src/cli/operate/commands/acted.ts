import { oneLine } from "../../output/one-line.ts";
import type { Run } from "../command.ts";
import { exitCodes } from "../failure.ts";
import type { Act } from "../http/api.ts";
import { keyIn } from "../values.ts";

/**
 * Does one action, and says what became of it: `done` where something has changed, else `otherwise`. The server refuses what it does
 * not do where there is no `otherwise`.
 */
export async function acted(
  { api, given, out }: Run,
  act: Omit<Act, "key" | "why">,
  done: string,
  otherwise: string = done,
  otherwiseCode: number = exitCodes.nothing,
): Promise<number> {
  const key = keyIn(given);
  const { count, isDuplicate } = await api.act({ ...act, key, why: given.text("why") });
  const again = isDuplicate ? " (it had been done before, with this key)" : "";
  const text = oneLine(count > 0 ? done : otherwise) + again;
  if (out.isJson) await out.json({ count, duplicate: isDuplicate });
  else await out.line(text);
  return count > 0 ? exitCodes.done : otherwiseCode;
}
