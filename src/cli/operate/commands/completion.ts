import { invalid } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import type { OperateCommand } from "../command.ts";
import { commonFlags } from "../command.ts";
import { shells } from "../completion/shells.ts";
import { exitCodes } from "../failure.ts";
import { wordsOf } from "../values.ts";

/** `statefun completion`: the script with which a shell completes commands, flags and functions. */
export const completionCommand: OperateCommand = {
  first: "shell",
  flags: commonFlags,
  run: async ({ given, out }) => {
    const [name = ""] = wordsOf(given, "completion", ["SHELL"]);
    const script = shells.get(name);
    if (script === undefined) {
      throw invalid(`SHELL must be ${[...shells.keys()].join(", ")}, got ${show(name)}`);
    }
    await out.line(script);
    return exitCodes.done;
  },
};
