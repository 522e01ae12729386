import process from "node:process";
import { parseArguments } from "../arguments.ts";
import { commandOf } from "./commands.ts";
import { exitCodes, Failure } from "./failure.ts";
import { Api } from "./http/api.ts";
import { connectionOf } from "./http/connection.ts";
import { createOutput } from "./output/output.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A command for operators: resolves with its exit code, or rejects with a `Failure` or `invalid_argument`. */
export async function operate(name: string, args: readonly string[]): Promise<number> {
  const command = commandOf(name);
  const given = parseArguments(
    args,
    command.flags,
    `statefun ${name} --help lists its flags; what begins with - stands behind --`,
  );
  const connection = connectionOf(given, process.env);
  const interruption = new AbortController();
  // The second one ends the process at once, as without a listener.
  const onSignal = (): void =>
    interruption.abort(
      new Failure("unavailable", "interrupted", {
        exitCode: exitCodes.interrupted,
        isUnknown: true,
      }),
    );
  for (const signal of signals) process.once(signal, onSignal);
  try {
    const out = createOutput(given.has("json"));
    return await command.run({ name, given, out, api: new Api(connection, interruption.signal) });
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
