import { int, StatefulFunctions, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import type { Namespace } from "../support/platform.ts";
import { counter, placement } from "./refs.ts";

interface Env {
  readonly STATEFUN: Namespace;
}

const functions = new StatefulFunctions("other");
functions.bind(
  counter.typename as "other/counter",
  { accepts: string, replies: int, state: { count: { type: int, initial: 0 } } },
  (context, text) => {
    if (text === "throw") throw new Error("a secret of the handler");
    if (text !== "silence") context.reply(++context.state.count);
  },
);

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  placement,
  retry: { maxAttempts: 1 },
  http: { expose: [counter], authenticate: "none" },
  onError: () => {},
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
