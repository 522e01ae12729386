import process from "node:process";
import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { backUpFile } from "../store/backup/back-up-file.ts";
import type { BackupProgress } from "../store/backup-source.ts";
import { parseArguments } from "./arguments.ts";
import { progressLine, sizeOf } from "./moving/progress-line.ts";
import { oneLine } from "./output/one-line.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** As shells have it, after Ctrl-C. */
const interrupted = 130;

/** `statefun backup`: a copy of a store, which may be in use. */
export async function backupCommand(args: readonly string[]): Promise<number> {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }] as const;
  const given = parseArguments(args, { to: text, overwrite: flag, json: flag });
  const [file, ...others] = given.positionals;
  if (file === undefined || others.length > 0) {
    throw invalid("name the file of one store: statefun backup FILE --to PATH");
  }
  const path = given.text("to");
  if (path === undefined) throw invalid("--to is missing: name the file that the backup gets");
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(stopped());
  for (const signal of signals) process.once(signal, onSignal);
  const line = progressLine();
  try {
    const options = { overwrite: given.has("overwrite"), signal: stop.signal };
    const onProgress = ({ copiedBytes, totalBytes }: BackupProgress): void =>
      line.show(() => {
        const percent = Math.floor((copiedBytes / Math.max(totalBytes, 1)) * 100);
        return `${percent} % of ${sizeOf(totalBytes)}`;
      });
    const { bytes, time } = await backUpFile(file, path, { ...options, onProgress });
    line.clear();
    const at = new Date(time).toISOString();
    const json = JSON.stringify({ path, bytes, time });
    const said = `${path}: ${sizeOf(bytes)}, ${file} as of ${at}`;
    process.stdout.write(`${given.has("json") ? json : oneLine(said)}\n`);
    return 0;
  } catch (error) {
    line.clear();
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

function stopped(): Error {
  const error = new StateFunError("unavailable", "interrupted: there is no backup");
  return Object.assign(error, { exitCode: interrupted });
}
