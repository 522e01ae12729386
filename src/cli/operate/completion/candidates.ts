import process from "node:process";
import { longestWaitMs } from "../../../internal/limits.ts";
import { type Flags, parseArguments } from "../../arguments.ts";
import { helpOf } from "../../help.ts";
import { commands } from "../commands.ts";
import { Api } from "../http/api.ts";
import { connectionFlags, connectionOf } from "../http/connection.ts";
import { rowsIn, textIn } from "../http/json.ts";
import { shells } from "./shells.ts";

/** How long a shell waits for all of this program, its start included, unless `STATEFUN_COMPLETION_MS` says otherwise. */
const defaultMs = 400;
/** For the server, where the start was slow. */
const leastMs = 100;

/** What may stand at the cursor, after these words. It never fails: a shell has no place for errors. */
export async function candidates(words: readonly string[]): Promise<readonly string[]> {
  const current = words.at(-1) ?? "";
  const found = await allFor(words.slice(0, -1), current);
  // Others would be more than letters to a shell.
  return found.filter((one) => one.startsWith(current) && /^[\w.,:@%+/-]+$/.test(one));
}

async function allFor(before: readonly string[], current: string): Promise<readonly string[]> {
  const [name, ...rest] = before;
  if (name === undefined) return [...helpOf.keys(), "help", "--help", "--version"];
  if (name === "help") return [...helpOf.keys()];
  const command = commands.get(name);
  if (command === undefined)
    return current.startsWith("-") ? flagsIn(helpOf.get(name)) : [":files"];
  const { flags, first } = command;
  const last = rest.at(-1);
  const isOpen = last?.startsWith("--") === true && flags[last.slice(2)]?.type === "string";
  if (isOpen) return last === "--function" ? functionNames(rest.slice(0, -1)) : valuesOf(last);
  if (current.startsWith("-")) return [...Object.keys(flags).map((flag) => `--${flag}`), "--help"];
  const place = positionalsIn(rest, flags);
  if (name === "state") return stateWords(place, rest);
  if (place > 0 || first === undefined) return [];
  return first === "shell" ? [...shells.keys()] : functionNames(rest);
}

async function stateWords(place: number, rest: readonly string[]): Promise<readonly string[]> {
  if (place === 0) return ["get", "set", "clear"];
  return place === 1 ? functionNames(rest) : [];
}

function valuesOf(flag: string): readonly string[] {
  if (flag === "--type") return ["string", "int", "long", "bool", "float", "double"];
  return [];
}

/** Of commands that have their own parser: as their help has them. */
function flagsIn(help = ""): readonly string[] {
  return [...new Set(help.match(/--[a-z][a-z-]*/g)), "--help"];
}

function positionalsIn(rest: readonly string[], flags: Flags): number {
  let count = 0;
  let isValue = false;
  for (const word of rest) {
    const isFlag: boolean = !isValue && word.startsWith("--");
    if (!isFlag && !isValue) count++;
    isValue = isFlag && flags[word.slice(2)]?.type === "string";
  }
  return count;
}

/** Of the server that the words before name; none where it is not reachable, or takes long. */
async function functionNames(rest: readonly string[]): Promise<readonly string[]> {
  try {
    const connection = connectionOf(
      parseArguments(connectionWords(rest), connectionFlags),
      process.env,
    );
    // Counted from the start of the process.
    const given = Number(process.env["STATEFUN_COMPLETION_MS"]);
    const mostMs = given >= leastMs && given <= longestWaitMs ? given : defaultMs;
    const leftMs = Math.max(leastMs, Math.round(mostMs - performance.now()));
    const api = new Api(connection, AbortSignal.timeout(leftMs));
    const page = await api.read("/admin/functions", { limit: "1000" });
    return (rowsIn(page, "functions") ?? []).map((row) => textIn(row, "typename") ?? "");
  } catch {
    return [];
  }
}

/** The words that name a server. */
function connectionWords(rest: readonly string[]): string[] {
  return rest.flatMap((word, index) => {
    const flag = word.replace(/^--|=.*$/gs, "");
    if (!word.startsWith("--") || !Object.hasOwn(connectionFlags, flag)) return [];
    const value = rest[index + 1];
    return word.includes("=") ? [word] : value === undefined ? [] : [word, value];
  });
}
