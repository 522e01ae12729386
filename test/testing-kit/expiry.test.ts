import { StatefulFunctions, string } from "statefun";
import { createTestRuntime, type TestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";

/** Takes `write TEXT` and `read`; what a read found is in `seen`, which never expires. */
function holder() {
  const functions = new StatefulFunctions();
  const own = { type: string, initial: "" };
  const written = functions.bind(
    "test/written",
    { accepts: string, state: { held: { type: string, expireAfterWriteMs: 1_000 }, seen: own } },
    (context, message) => {
      if (message === "read") context.state.seen = String(context.state.held);
      else context.state.held = message;
    },
  );
  const called = functions.bind(
    "test/called",
    { accepts: string, state: { held: { type: string, expireAfterCallMs: 1_000 }, seen: own } },
    (context, message) => {
      if (message === "read") context.state.seen = String(context.state.held);
      else if (message !== "touch") context.state.held = message;
    },
  );
  return { functions, written: written.at("1"), called: called.at("1") };
}

async function start(): Promise<ReturnType<typeof holder> & { runtime: TestRuntime }> {
  const held = holder();
  return { ...held, runtime: await createTestRuntime(held.functions) };
}

describe("a state that expires after a write", () => {
  it("is there until its time, and never after it", async () => {
    const { runtime, written } = await start();
    await runtime.send(written, "code");
    await runtime.advance(999);
    expect(runtime.state(written).held).toBe("code");
    await runtime.advance(1);
    expect(runtime.state(written).held).toBeUndefined();
    await runtime.send(written, "read");
    expect(runtime.state(written).seen).toBe("undefined");
  });

  it("lives on by a write, and not by a read", async () => {
    const { runtime, written } = await start();
    await runtime.send(written, "one");
    await runtime.advance(900);
    await runtime.send(written, "two");
    await runtime.advance(900);
    await runtime.send(written, "read");
    expect(runtime.state(written)).toEqual({ held: "two", seen: "two" });
    await runtime.advance(100);
    expect(runtime.state(written).held).toBeUndefined();
  });

  it("expires over a crash, too", async () => {
    const { runtime, written } = await start();
    await runtime.send(written, "code");
    await runtime.advance(500);
    await runtime.crash();
    await runtime.advance(499);
    expect(runtime.state(written).held).toBe("code");
    await runtime.advance(1);
    expect(runtime.state(written).held).toBeUndefined();
  });
});

describe("a state that expires after a call", () => {
  it("lives on by any call of its function", async () => {
    const { runtime, called } = await start();
    await runtime.send(called, "session");
    for (let call = 0; call < 5; call++) {
      await runtime.advance(900);
      await runtime.send(called, "touch");
    }
    expect(runtime.state(called).held).toBe("session");
    await runtime.crash();
    await runtime.advance(999);
    expect(runtime.state(called).held).toBe("session");
    await runtime.advance(1);
    await runtime.send(called, "read");
    expect(runtime.state(called)).toEqual({ seen: "undefined" });
  });
});
