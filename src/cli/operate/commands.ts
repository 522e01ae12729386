import { invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { OperateCommand } from "./command.ts";
import { completionCommand } from "./commands/completion.ts";
import { deadCommand } from "./commands/dead.ts";
import {
  deleteCommand,
  pauseCommand,
  resumeCommand,
  retryCommand,
  skipCommand,
} from "./commands/instances.ts";
import { discardCommand, replayCommand } from "./commands/letters.ts";
import { lsCommand } from "./commands/ls.ts";
import { callCommand, sendCommand } from "./commands/send.ts";
import { showCommand } from "./commands/show.ts";
import { stateCommand } from "./commands/state.ts";
import { tailCommand } from "./commands/tail.ts";
import { cancelCommand, fireCommand } from "./commands/timers.ts";

/** All commands for operators. */
export const commands: ReadonlyMap<string, OperateCommand> = new Map([
  ["ls", lsCommand],
  ["show", showCommand],
  ["send", sendCommand],
  ["call", callCommand],
  ["dead", deadCommand],
  ["replay", replayCommand],
  ["discard", discardCommand],
  ["pause", pauseCommand],
  ["resume", resumeCommand],
  ["tail", tailCommand],
  ["skip", skipCommand],
  ["retry", retryCommand],
  ["cancel", cancelCommand],
  ["fire", fireCommand],
  ["state", stateCommand],
  ["delete", deleteCommand],
  ["completion", completionCommand],
]);

export function commandOf(name: string): OperateCommand {
  const command = commands.get(name);
  if (command === undefined) throw invalid(`unknown command ${show(name)}`);
  return command;
}
