import { didYouMean } from "../../../internal/nearest.ts";
import { actFlags, booleanFlag, type OperateCommand, type Run } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { rowsIn, textIn } from "../http/json.ts";
import * as words from "../output/words.ts";
import { functionIn, numberIn, pathOf, wordsOf } from "../values.ts";
import { acted } from "./acted.ts";

/** `statefun pause`: messages wait, of a function or of one instance, until it is resumed. */
export const pauseCommand: OperateCommand = {
  first: "function",
  flags: actFlags,
  run: (run) => paused(run, "pause", "paused", "was paused already"),
};

/** `statefun resume`: the end of a pause. */
export const resumeCommand: OperateCommand = {
  first: "function",
  flags: actFlags,
  run: (run) => paused(run, "resume", "resumed", "was not paused"),
};

/** `statefun retry`: ends the wait before the next attempt. */
export const retryCommand: OperateCommand = {
  first: "function",
  flags: actFlags,
  run: (run) => {
    const [name = "", id = ""] = wordsOf(run.given, "retry", ["FUNCTION", "ID"]);
    const act = {
      method: "POST",
      path: "/admin/instance/retry",
      query: instance(name, id),
    } as const;
    const what = shown(name, id);
    return acted(run, act, `${what} is tried again`, `${what} does not wait for an attempt`);
  },
};

/** `statefun skip`: the message at the head becomes a dead letter. */
export const skipCommand: OperateCommand = {
  first: "function",
  flags: actFlags,
  run: (run) => {
    const names = ["FUNCTION", "ID", "NUMBER"];
    const [name = "", id = "", head = ""] = wordsOf(run.given, "skip", names);
    const query = { ...instance(name, id), number: numberIn(head, "NUMBER") };
    const act = { method: "POST", path: "/admin/instance/skip", query } as const;
    const done = `message ${head} of ${shown(name, id)} is a dead letter now`;
    return acted(run, act, done);
  },
};

/** `statefun delete`: forgets the states of an instance. */
export const deleteCommand: OperateCommand = {
  first: "function",
  flags: { ...actFlags, timers: booleanFlag },
  run: (run) => {
    const [name = "", id = ""] = wordsOf(run.given, "delete", ["FUNCTION", "ID"]);
    const timers = run.given.has("timers") ? "true" : undefined;
    const query = { ...instance(name, id), timers };
    const act = { method: "DELETE", path: "/admin/instance", query } as const;
    const what = shown(name, id);
    return acted(run, act, `${what} has no state any more`, `${what} had no state`);
  },
};

async function paused(
  run: Run,
  action: "pause" | "resume",
  past: string,
  already: string,
): Promise<number> {
  const [name = "", id] = wordsOf(run.given, action, ["FUNCTION", "[ID]"]);
  const of = `/admin/functions/${pathOf(functionIn(name))}/${action}`;
  const act =
    id === undefined
      ? ({ method: "POST", path: of } as const)
      : ({ method: "POST", path: `/admin/instance/${action}`, query: instance(name, id) } as const);
  const what = id === undefined ? name : shown(name, id);
  // It is as it should be.
  const code = await acted(run, act, `${past} ${what}`, `${what} ${already}`, exitCodes.done);
  if (action === "pause") await noteUnlisted(run, name);
  return code;
}

/** A misspelt name is paused like any other, for a deploy that binds it: who meant another one must hear of it. */
async function noteUnlisted({ api, out }: Run, name: string): Promise<void> {
  // It is paused, whatever becomes of this.
  const page = await api.read("/admin/functions", { limit: "1000" }).catch(() => ({}));
  const names = rowsIn(page, "functions")?.map((row) => textIn(row, "typename") ?? "") ?? [];
  if (names.length === 0 || names.includes(name) || textIn(page, "next") !== undefined) return;
  out.note(`${name} is not among the functions that ls lists${didYouMean(name, names)}`);
}

function instance(name: string, id: string): { readonly function: string; readonly id: string } {
  return { function: functionIn(name), id };
}

function shown(name: string, id: string): string {
  return `${name} ${words.id(id)}`;
}
