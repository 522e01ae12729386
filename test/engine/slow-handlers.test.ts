import { StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { expect, it } from "vitest";

/** Handlers that wait for the test, and how many of them do. */
function waiting() {
  let open: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const functions = new StatefulFunctions();
  const counts = { running: 0 };
  const slow = functions.bind("demo/slow", { accepts: string }, async () => {
    counts.running += 1;
    const until = performance.now() + 0.3;
    // Some work: it takes more than a window's time until all of them wait.
    while (performance.now() < until);
    await gate;
  });
  const quick = functions.bind(
    "demo/quick",
    { accepts: string, replies: string },
    (context, text) => context.reply(text),
  );
  return { functions, slow, quick, counts, open: () => open?.() };
}

it("starts the handlers of all instances, however many wait", async () => {
  const { functions, slow, counts, open } = waiting();
  const runtime = await createRuntime({ modules: [functions] });
  const sent = Array.from({ length: 300 }, (_, id) => runtime.send(slow.at(`${id}`), "go"));
  await Promise.all(sent);
  await expect.poll(() => counts.running).toBe(300);
  open();
  await runtime.close();
});

it("answers a call to another instance while handlers wait", async () => {
  const { functions, slow, quick, open } = waiting();
  const runtime = await createRuntime({ modules: [functions] });
  for (let id = 0; id < 60; id += 1) void runtime.send(slow.at(`${id}`), "go");
  await expect(runtime.call(quick.at("a"), "hello", { timeoutMs: 60_000 })).resolves.toBe("hello");
  open();
  await runtime.close();
});
