import { once } from "node:events";
import { egress, StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";

/** Closes at once while something still runs, in the way that is asked for, and says what it hears of it. */
const [, , what] = process.argv;
const functions = new StatefulFunctions();
const out = egress("test/out", string);
const say = (text: string) => console.log(text);

const hanging = functions.bind(
  "test/hanging",
  { accepts: string, replies: string },
  async (context, text) => {
    if (text === "emit") context.emit(out, text);
    else if (text === "later") context.sendAfter(3_600_000, hanging.at("2"), "emit");
    else if (text === "signal") {
      await once(context.signal, "abort");
      say(`aborted: ${Object(context.signal.reason).code}`);
    } else await new Promise(() => {});
  },
);

const runtime = await createRuntime({
  modules: [functions],
  egresses: [out.to(() => new Promise<void>(() => {}))],
  onError: (error) => say(`error: ${Object(error).code}`),
});
const to = hanging.at("1");
if (what === "call") {
  const lost = runtime.call(to, "hang", { timeoutMs: 60_000 });
  lost.catch((error) => say(`call: ${error.code}`));
} else await runtime.send(to, what ?? "");
await new Promise((resolve) => setTimeout(resolve, 200));
const start = performance.now();
await runtime.close({ drainMs: 0 });
process.on("exit", () => {
  const isSoon = performance.now() - start < 5_000;
  say(isSoon ? "ended soon" : "ended late");
});
