import process from "node:process";
import { createInterface } from "node:readline/promises";
import { invalid } from "../../../internal/assert.ts";
import { oneLine } from "../../output/one-line.ts";
import type { Run } from "../command.ts";
import { exitCodes, Failure } from "../failure.ts";

/** Asks before something `will be done`. Where nobody can answer, `--yes` must say so. */
export async function confirm({ given, api }: Run, what: string): Promise<void> {
  if (given.has("yes")) return;
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true || stderr.isTTY !== true) {
    throw invalid(`${what}: not a terminal, so nothing can be asked: confirm with --yes`);
  }
  const lines = createInterface({ input: stdin, output: stderr });
  // The interface takes Ctrl-C from the process.
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const answer = await lines.question(`${oneLine(what)}. Continue? [y/N] `, {
      signal: api.signal,
    });
    if (/^y(?:es)?$/i.test(answer.trim())) return;
  } catch (error) {
    if (api.signal.aborted) throw interrupted();
    throw error;
  } finally {
    lines.close();
  }
  throw new Failure("invalid_argument", "nothing was done", { exitCode: exitCodes.refused });
}

function interrupted(): Failure {
  const exitCode = exitCodes.interrupted;
  return new Failure("invalid_argument", "interrupted: nothing was done", { exitCode });
}
