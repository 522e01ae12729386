/**
 * `owner.ts STORE`: a process that has a store and does what it is told by lines on its input. It says in lines
 * of JSON what became of each. It runs on Node, Deno and Bun.
 *
 *   send N       a message with the number N and an idempotency key of its own
 *   lose WAY     one of `lock-losses.ts`
 *   seen         the numbers that were handled, in order, once nothing is left to do
 *   close        ends in good order
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { int, json, StatefulFunctions, shape } from "statefun";
import { createRuntime } from "statefun/runtime";
import { losses } from "./lock-losses.ts";

const [, , path = ""] = process.argv;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const described = (error: unknown): object => {
  const { code, message: reason } = Object(error);
  return { code, reason: String(reason) };
};

const numbers = json("locks/numbers", shape<readonly number[]>());
const functions = new StatefulFunctions("locks");
const list = functions.bind(
  "locks/list",
  { accepts: int, state: { numbers: { type: numbers, initial: (): readonly number[] => [] } } },
  (context, n) => {
    context.state.numbers = [...context.state.numbers, n];
  },
);

try {
  const runtime = await createRuntime({
    modules: [functions],
    store: await storeAt(path),
    onError: (error) => say({ event: "error", ...described(error) }),
  });
  say({ event: "open" });
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, what = ""] = line.split(" ");
    if (verb === "send") {
      void runtime.send(list.at("all"), Number(what), { idempotencyKey: what }).then(
        () => say({ event: "acknowledged", n: Number(what) }),
        (error) => say({ event: "refused", n: Number(what), ...described(error) }),
      );
    } else if (verb === "lose") {
      await losses[what]?.(path);
      say({ event: "lost" });
    } else if (verb === "seen") {
      await runtime.idle();
      const { state } = await runtime.instance(list.at("all"));
      say({ event: "seen", seen: state.numbers });
    } else if (verb === "close") break;
  }
  await runtime.close({ drainMs: 1_000 });
  say({ event: "closed" });
} catch (error) {
  say({ event: "failed", ...described(error) });
}
process.exit(0);

async function storeAt(file: string) {
  const { sqliteStore } = await import("statefun/sqlite");
  return sqliteStore(file);
}
