import process from "node:process";
import { candidates } from "./candidates.ts";

/** The hidden command behind the scripts of `statefun completion`. */
export async function completeCommand(words: readonly string[]): Promise<number> {
  const found = await candidates(words);
  process.stdout.on("error", () => undefined);
  process.stdout.write(found.map((one) => `${one}\n`).join(""));
  return 0;
}
