import { int, StatefulFunctions, string } from "statefun";
import { afterEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/testing/virtual-clock.ts";
import { EndpointGate } from "../../../src/transport/endpoint-gate.ts";
import { type HandlerServer, handlerServer } from "../../remote/support/handler-server.ts";
import { far } from "../../remote/support/hosted.ts";
import { acting, eventually, order, sendText, stateOf, textValue } from "./support.ts";

const a = { typename: "far/note", id: "a" };
const b = { typename: "far/note", id: "b" };

function noting() {
  const seen: string[] = [];
  const functions = new StatefulFunctions();
  functions.bind(
    "far/note",
    { accepts: string, state: { note: string, count: int } },
    (context, text) => {
      seen.push(`${text}: ${context.state.note}`);
      context.state.count = (context.state.count ?? 0) + 1;
    },
  );
  return { functions, seen };
}

describe("a function that lives elsewhere", () => {
  const host = acting("memory");
  let server: HandlerServer | undefined;

  afterEach(() => server?.close());

  async function started() {
    const { functions, seen } = noting();
    server = await handlerServer(functions);
    const engine = await host.start(new StatefulFunctions(), {
      modules: [far("far/note", server.url)],
      retry: { maxAttempts: 3, initialDelayMs: 60_000, maxDelayMs: 60_000 },
    });
    return { engine, seen, functions, server };
  }

  it("is paused and resumed, and keeps its order", async () => {
    const { engine, seen } = await started();
    await order(engine, { kind: "pause", typename: "far/note" });
    for (const text of ["1", "2"]) await sendText(engine, a, text);
    await engine.idle();
    expect(seen).toEqual([]);
    await order(engine, { kind: "resume", typename: "far/note" });
    await engine.idle();
    expect(seen).toEqual(["1: undefined", "2: undefined"]);
  });

  it("has the states that the engine knows of it, which can be edited", async () => {
    const { engine, seen } = await started();
    const set = {
      kind: "set-state",
      address: a,
      name: "note",
      value: textValue("new"),
      ifMatch: "",
    } as const;
    await expect(order(engine, set)).rejects.toMatchObject({ code: "undeclared_state" });
    await sendText(engine, a, "1");
    await engine.idle();
    await order(engine, set);
    expect(stateOf(engine, a, "note").text).toBe("new");
    await sendText(engine, a, "2");
    await engine.idle();
    expect(seen).toEqual(["1: undefined", "2: new"]);
  });

  it("is looked for at once, and a paused instance is in nobody's way", async () => {
    const { engine, seen, functions, server } = await started();
    await server.close();
    await sendText(engine, a, "1");
    await eventually(() => host.errors.length > 0);
    await sendText(engine, b, "2");
    await order(engine, { kind: "pause", ...a });
    await server.open(functions);
    expect(await order(engine, { kind: "retry", address: b })).toMatchObject({ count: 1 });
    await engine.idle();
    expect(seen).toEqual(["2: undefined"]);
    await order(engine, { kind: "resume", ...a });
    await engine.idle();
    expect(seen).toEqual(["2: undefined", "1: undefined"]);
  });
});

describe("the gate of an endpoint", () => {
  const made = () => {
    const clock = new VirtualClock(0, (run) => run());
    const host = { clock, random: () => 0.5 };
    return new EndpointGate(host, { initialDelayMs: 1_000, maxDelayMs: 1_000 }, () => {});
  };

  it("gives the place that was kept for one who withdraws to the next one", () => {
    const gate = made();
    const places = Array.from({ length: 128 }, (_, key) => gate.enter({ key }, () => {}));
    const called: string[] = [];
    const [first, second] = [{}, {}];
    expect(gate.enter(first, () => called.push("first"))).toBeUndefined();
    expect(gate.enter(second, () => called.push("second"))).toBeUndefined();
    places[0]?.leave();
    expect(called).toEqual(["first"]);
    gate.withdraw(first);
    expect(called).toEqual(["first", "second"]);
    expect(gate.enter(second, () => {})).toBeDefined();
  });

  it("looks once when it is asked to, and only while the endpoint is down", () => {
    const gate = made();
    expect(gate.look()).toBe(false);
    const place = gate.enter({}, () => {});
    gate.failed(gate.round, undefined, "down");
    place?.leave();
    const called: string[] = [];
    const [first, second] = [{}, {}];
    gate.enter(first, () => called.push("first"));
    gate.enter(second, () => called.push("second"));
    expect(gate.look()).toBe(true);
    expect(gate.look()).toBe(false);
    expect(called).toEqual(["first"]);
    // It is paused meanwhile.
    gate.withdraw(first);
    expect(called).toEqual(["first", "second"]);
    const probe = gate.enter(second, () => {});
    expect(probe).toBeDefined();
    gate.answered(gate.round);
    expect(gate.isUp).toBe(true);
    expect(gate.look()).toBe(false);
  });
});
