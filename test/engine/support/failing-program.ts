/**
 * `node --import from-source.ts failing-program.ts HOW`: a program whose store fails for good. `await` looks at `closed`;
 * `ignore` does not, and does something else afterwards.
 */
import { setTimeout } from "node:timers/promises";
import { int, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { type Faults, refusingStore } from "./refusing-store.ts";

const functions = new StatefulFunctions();
const counter = functions.bind("test/counter", { accepts: int }, () => {});
const faults: Faults = {};
const runtime = await createRuntime({
  modules: [functions],
  store: refusingStore(memoryStore(), faults),
  onError: (error) => console.log(`reported: ${Object(error).code}`),
});
faults.durable = new Error("the disk is gone");
await runtime.send(counter.at("1"), 1).catch((error) => console.log(`sent: ${error.code}`));
if (process.argv[2] === "await") await runtime.closed;
await setTimeout(50);
console.log("went on");
