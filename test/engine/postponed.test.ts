import { int, StatefulFunctions, string } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";

const functions = new StatefulFunctions();
const state = { total: { type: int, initial: 0 } };
/** Holds the thread for so long that a window is cut off before all that came has run. */
const busy = functions.bind(
  "test/busy",
  { accepts: int, replies: string, state },
  (context, by) => {
    const end = performance.now() + 2;
    while (performance.now() < end);
    context.state.total += by;
    if (context.caller !== undefined) context.reply("done");
  },
);

/** Who hears of a message before its sender has heard of what a crash could still take back. */
describe("a message that came in and has not run while windows are cut off", () => {
  let runtime: Runtime;
  afterEach(() => runtime.close({ drainMs: 0 }));

  /** Others, in front of what a test sends. */
  async function crowd(): Promise<void> {
    runtime = await createRuntime({ modules: [functions] });
    for (let index = 0; index < 60; index++) {
      runtime.send(busy.at(`other ${index}`), 1).catch(() => {});
    }
  }

  it("is stored before an answer says that it came twice", async () => {
    await crowd();
    const heard: string[] = [];
    const once = { idempotencyKey: "once" };
    await Promise.all([
      runtime.send(busy.at("last"), 1, once).then(() => heard.push("first")),
      runtime.send(busy.at("last"), 1, once).then(() => heard.push("second")),
    ]);
    expect(heard).toEqual(["first", "second"]);
  });

  it("is stored before an inspection shows it", async () => {
    await crowd();
    let isAnswered = false;
    const sent = runtime.send(busy.at("last"), 1).then(() => {
      isAnswered = true;
    });
    const { mailbox } = await runtime.instance(busy.at("last"));
    expect(mailbox.length).toBe(1);
    expect(isAnswered).toBe(true);
    await sent;
  });

  it("is stored before a call that comes behind it is answered", async () => {
    await crowd();
    const heard: string[] = [];
    await Promise.all([
      runtime.send(busy.at("last"), 1).then(() => heard.push("send")),
      runtime.call(busy.at("last"), 1).then(() => heard.push("call")),
    ]);
    expect(heard).toEqual(["send", "call"]);
  });

  it("does not keep everybody else from the thread", async () => {
    runtime = await createRuntime({ modules: [functions] });
    const sends = Array.from({ length: 640 }, (_, index) =>
      runtime.send(busy.at(`${index % 10}`), 1),
    );
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await Promise.all(sends);
    await runtime.idle();
    clearInterval(timer);
    // More than a second of work in steps of a few milliseconds.
    expect(turns).toBeGreaterThan(20);
  });
});
