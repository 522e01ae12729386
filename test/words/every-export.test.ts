import fc from "fast-check";
import { NonRetryableError, StateFunError } from "statefun";
import { describe, expect, it } from "vitest";
import { cases } from "../effort.ts";
import { mistakes, subjects } from "./every-export.ts";
import { runningSubjects } from "./running.ts";

const numRuns = Math.ceil(cases * 0.15);

/** Lets go of what a call happened to start. */
async function release(value: unknown): Promise<void> {
  const { close } = Object(value);
  if (typeof close === "function") await Reflect.apply(close, value, []);
}

describe("whatever it is given", () => {
  it.each([...subjects(), ...runningSubjects()])(
    "$name ends with a result or with an error of ours",
    async ({ call }) => {
      const args = fc.array(mistakes(), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(args, async (given) => {
          try {
            await release(await call(...given));
          } catch (error) {
            if (error instanceof NonRetryableError) return;
            expect(error, (error as Error)?.stack).toBeInstanceOf(StateFunError);
          }
        }),
        { numRuns },
      );
    },
  );
});
