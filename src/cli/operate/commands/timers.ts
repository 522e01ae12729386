import { invalid } from "../../../internal/assert.ts";
import { actFlags, type OperateCommand, type Run } from "../command.ts";
import type { Act } from "../http/api.ts";
import { functionIn, numberIn, wordsOf } from "../values.ts";
import { acted } from "./acted.ts";

/** `statefun cancel`: takes a timer back. */
export const cancelCommand: OperateCommand = {
  flags: actFlags,
  run: (run) => timer(run, "cancel", { method: "DELETE", end: "" }, "was taken back"),
};

/** `statefun fire`: lets a timer fire now. */
export const fireCommand: OperateCommand = {
  flags: actFlags,
  run: (run) => timer(run, "fire", { method: "POST", end: "/fire" }, "fires now"),
};

/** Where each instance has an engine of its own, as on Durable Objects, a number is one of this instance. */
function timer(
  run: Run,
  command: "cancel" | "fire",
  { method, end }: { readonly method: Act["method"]; readonly end: string },
  done: string,
): Promise<number> {
  const names = ["NUMBER", "[FUNCTION]", "[ID]"];
  const [number = "", name, id] = wordsOf(run.given, command, names);
  if (name !== undefined && id === undefined) {
    throw invalid(`ID is missing: statefun ${command} ${names.join(" ")}`);
  }
  const query = name === undefined ? {} : { function: functionIn(name), id };
  const path = `/admin/timers/${numberIn(number, "NUMBER")}${end}`;
  return acted(run, { method, path, query }, `timer ${number} ${done}`);
}
