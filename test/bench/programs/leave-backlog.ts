/**
 * `node leave-backlog.ts STORE INSTANCES END`: stores messages for a function that nobody has bound, and ends
 * as END says: `clean` or `kill`.
 */
import { address, int, StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { backlogMessages, backlogTypename } from "../backlog.ts";

const [, , path = "", instances = "", end] = process.argv;
const functions = new StatefulFunctions();
const fans = functions.bind("bench/fans", { accepts: int }, (context, instances) => {
  for (let index = 0; index < backlogMessages; index++) {
    context.send(address(backlogTypename, `${index % instances}`), int.of(1));
  }
});
const runtime = await createRuntime({
  modules: [functions],
  store: sqliteStore(path),
  onError: () => {},
});
await runtime.send(fans.at("one"), Number(instances));
await runtime.idle();
if (end === "kill") process.kill(process.pid, "SIGKILL");
await runtime.close();
