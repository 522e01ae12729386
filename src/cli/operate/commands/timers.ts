import { actFlags, type OperateCommand } from "../command.ts";
import { numberIn, wordsOf } from "../values.ts";
import { acted } from "./acted.ts";

/** `statefun cancel`: takes a timer back. */
export const cancelCommand: OperateCommand = {
  flags: actFlags,
  run: (run) => {
    const [number = ""] = wordsOf(run.given, "cancel", ["NUMBER"]);
    const path = `/admin/timers/${numberIn(number, "NUMBER")}`;
    const act = { method: "DELETE", path } as const;
    return acted(run, act, `timer ${number} was taken back`, `timer ${number} does not wait`);
  },
};

/** `statefun fire`: lets a timer fire now. */
export const fireCommand: OperateCommand = {
  flags: actFlags,
  run: (run) => {
    const [number = ""] = wordsOf(run.given, "fire", ["NUMBER"]);
    const path = `/admin/timers/${numberIn(number, "NUMBER")}/fire`;
    const act = { method: "POST", path } as const;
    return acted(run, act, `timer ${number} fires now`, `timer ${number} does not wait`);
  },
};
