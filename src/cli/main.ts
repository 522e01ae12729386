import process from "node:process";
import { invalid } from "../internal/assert.ts";
import { didYouMean } from "../internal/nearest.ts";
import { reasonOf, show } from "../internal/show.ts";
import { version } from "../internal/version.ts";
import { exitCodeOf } from "./exit-code.ts";
import { help, helpHint, helpOf } from "./help.ts";
import { applicationCommand, completeCommand } from "./ipc.ts";
import { operateHelp } from "./operate/help.ts";
import { oneLine } from "./output/one-line.ts";

/** Resolves with an exit code, or rejects: with `invalid_argument` for bad input. */
type Command = (args: readonly string[]) => Promise<number>;

// Loaded when they are asked for: help needs no engine, and an older Node gets to see its advice.
const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["dev", async (args) => (await import("./dev-command.ts")).devCommand(args)],
  ["module", async (args) => (await import("./module-command.ts")).moduleCommand(args)],
  ["backup", async (args) => (await import("./backup-command.ts")).backupCommand(args)],
  ["import", async (args) => (await import("./moving/import-command.ts")).importCommand(args)],
  ["export", async (args) => (await import("./moving/export-command.ts")).exportCommand(args)],
  [
    applicationCommand,
    async (args) => (await import("./application/run-application.ts")).runApplication(args),
  ],
  [
    completeCommand,
    async (args) =>
      (await import("./operate/completion/complete-command.ts")).completeCommand(args),
  ],
  ...operateHelp.map(([name]): readonly [string, Command] => [
    name,
    async (args) => (await import("./operate/run.ts")).operate(name, args),
  ]),
]);

/**
 * The program `statefun`. Its exit code: 0 for an end that was asked for, 1 for something that failed, 2 for
 * input that cannot be; the commands for operators have more (`operate/failure.ts`).
 */
export async function main(args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await run(args);
  } catch (error) {
    process.stderr.write(`statefun: ${oneLine(reasonOf(error))}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

async function run(args: readonly string[]): Promise<number> {
  const [name = "--help", ...rest] = args;
  if (isHelp(name)) return print(helpOf.get(rest[0] ?? "") ?? help);
  if (isVersion(name)) return print(version);
  const own = helpOf.get(name);
  // A file may have such a name, behind `--`.
  const flags = rest.slice(0, rest.includes("--") ? rest.indexOf("--") : rest.length);
  // The id or the message of an operator may be such a word.
  const isOfOperators = operateHelp.some(([one]) => one === name);
  const isAsked = (flag: string): boolean => isHelp(flag) && !(isOfOperators && flag === "help");
  if (own !== undefined && flags.some(isAsked)) return print(own);
  if (own !== undefined && flags.some(isVersion)) return print(version);
  const command = commands.get(name);
  if (command !== undefined) return command(rest);
  const meant = didYouMean(name, [...helpOf.keys(), "--help", "--version"]);
  throw invalid(`unknown command ${show(name)}${meant} (${helpHint})`);
}

function isHelp(flag: string): boolean {
  return flag === "--help" || flag === "-h" || flag === "help";
}

function isVersion(flag: string): boolean {
  return flag === "--version" || flag === "-v";
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
