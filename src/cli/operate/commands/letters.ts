import { invalid } from "../../../internal/assert.ts";
import {
  actFlags,
  booleanFlag,
  filterFlags,
  type OperateCommand,
  type Run,
  textFlag,
} from "../command.ts";
import { exitCodes, Failure, nothing } from "../failure.ts";
import { remoteCodeOf } from "../http/answer-error.ts";
import { textIn } from "../http/json.ts";
import { rowsOf } from "../http/pages.ts";
import * as words from "../output/words.ts";
import { keyIn, numberIn } from "../values.ts";
import { type LetterAction, replayAll } from "./all-letters.ts";
import { confirm } from "./confirm.ts";
import { filterOf } from "./dead.ts";

const flags = {
  ...actFlags,
  ...filterFlags,
  all: booleanFlag,
  "up-to": textFlag,
  "dry-run": booleanFlag,
  yes: booleanFlag,
};

/** `statefun replay`: sends dead letters again. */
export const replayCommand: OperateCommand = {
  flags,
  run: (run) => letters(run, { kind: "replay", past: "replayed" }),
};

/** `statefun discard`: deletes dead letters. */
export const discardCommand: OperateCommand = {
  flags,
  run: (run) => letters(run, { kind: "discard", past: "discarded" }),
};

async function letters(run: Run, action: LetterAction): Promise<number> {
  const { given } = run;
  const ids = given.positionals.map((id) => numberIn(id, "ID"));
  const filter = filterOf(given);
  const isFiltered = Object.keys(filter).length > 0;
  if (ids.length > 0 && (isFiltered || given.has("all") || given.text("up-to") !== undefined)) {
    throw invalid(
      "name dead letters either by their IDs or by --function, --code, --reason, --since, --until, --all, --up-to, not both",
    );
  }
  if (isFiltered && given.has("all")) throw invalid("use either --all or a filter, not both");
  if (ids.length > 0) return named(run, action, [...new Set(ids)]);
  if (!isFiltered && !given.has("all")) {
    throw invalid(
      `ID is missing: statefun ${action.kind} ID…, or --function, --code, --reason, --since, --until, or --all for all dead letters`,
    );
  }
  return replayAll(run, action, filter);
}

/** Letters by their ids, one by one. */
async function named(run: Run, action: LetterAction, ids: readonly string[]): Promise<number> {
  const { api, given, out } = run;
  const key = keyIn(given);
  const why = given.text("why");
  if (given.has("dry-run")) return countNamed(run, action, ids);
  if (ids.length > 1) {
    await confirm(run, `${words.counted(ids.length, "dead letter")} will be ${action.past}`);
  }
  const missing: string[] = [];
  for (const id of ids) {
    const isReplay = action.kind === "replay";
    const path = `/admin/dead-letters/${id}${isReplay ? "/replay" : ""}`;
    const own = ids.length === 1 ? key : `${key}/${id}`;
    try {
      const method = isReplay ? "POST" : "DELETE";
      const { isDuplicate } = await api.act({ method, path, key: own, why });
      if (out.isJson) await out.json({ id, [action.past]: true, duplicate: isDuplicate });
    } catch (error) {
      const done = ids.indexOf(id) - missing.length;
      if (remoteCodeOf(error) !== "not_found") throw stopped(error, action, done, own, key);
      // Without the API nothing is found either.
      if (missing.length === 0) await api.read("/admin/dead-letters", { limit: "1" });
      missing.push(id);
    }
  }
  return ended(run, action, ids, missing);
}

async function ended(
  { out }: Run,
  { past }: LetterAction,
  ids: readonly string[],
  missing: readonly string[],
): Promise<number> {
  const done = ids.length - missing.length;
  if (done > 0 && !out.isJson) await out.line(`${past} ${words.counted(done, "dead letter")}`);
  if (missing.length === 0) return exitCodes.done;
  const text = `there is no dead letter ${missing.join(", ")} (any more)`;
  if (done === 0) throw nothing(text);
  throw new Failure("invalid_argument", text, { exitCode: exitCodes.refused });
}

/** With `--dry-run`: which of them are there. */
async function countNamed(run: Run, action: LetterAction, ids: readonly string[]): Promise<number> {
  const { api, out } = run;
  let found = 0;
  for (const id of ids) {
    const after = String(Number(id) - 1);
    const path = "/admin/dead-letters";
    const page = await api.read(path, { after, limit: "1" });
    if (rowsOf(page, "deadLetters", path).some((row) => textIn(row, "id") === id)) found++;
    else out.note(`there is no dead letter ${id} (any more)`);
  }
  if (out.isJson) await out.json({ dryRun: true, count: found });
  else await out.line(`${words.counted(found, "dead letter")} would be ${action.past}`);
  return found === 0 ? exitCodes.nothing : exitCodes.done;
}

/** Says what had been done. The advice names the key of the command, of which those of the letters are made. */
function stopped(
  error: unknown,
  { past }: LetterAction,
  done: number,
  own: string,
  key: string,
): unknown {
  if (!(error instanceof Failure) || own === key) return error;
  const { code, message, exitCode } = error;
  const said = message.replace(`--key ${own}`, `--key ${key}`);
  const so = `${words.counted(done, "dead letter")} had been ${past}`;
  return new Failure(code, `${said}; ${so}`, { exitCode });
}
