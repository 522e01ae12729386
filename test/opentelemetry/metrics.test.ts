import { metrics } from "@opentelemetry/api";
import { functionRef, type Observer, StatefulFunctions, string } from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { telemetry } from "./support/telemetry.ts";

const { metric, spans } = telemetry();
const one = functionRef("demo/one", string);
const address = { typename: "demo/one", id: "secret-id" };
const at = { "messaging.destination.name": "demo/one" };

/** All hooks, as an engine calls them. */
function observed(run: (observer: Required<Observer>) => void): void {
  run(openTelemetry() as Required<Observer>);
}

describe("metrics of what runs", () => {
  it("count messages by how they ended, and time them", async () => {
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string }, (_, text) => {
      if (text === "bad") throw new RangeError("no");
    });
    await using runtime = await createTestRuntime(functions, {
      observer: openTelemetry({ traces: false }),
      retry: { maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 1 },
    });
    for (const text of ["good", "bad", "good"]) await runtime.send(one.at(text), text);
    await runtime.advance(1_000);
    expect(await metric("statefun.messages.handled")).toEqual([
      { value: 2, attributes: { ...at, "statefun.outcome": "completed" } },
      { value: 2, attributes: { ...at, "statefun.outcome": "failed", "error.type": "RangeError" } },
    ]);
    const durations = await metric("messaging.process.duration");
    expect(durations).toMatchObject([
      {
        value: { count: 2 },
        attributes: {
          ...at,
          "messaging.system": "statefun",
          "messaging.operation.name": "process",
        },
      },
      { value: { count: 2 }, attributes: { "error.type": "RangeError" } },
    ]);
    const sent = { ...at, "messaging.operation.name": "send" };
    expect(await metric("messaging.client.sent.messages")).toEqual([
      { value: 3, attributes: { ...sent, "messaging.system": "statefun" } },
    ]);
    expect(await metric("messaging.client.operation.duration")).toMatchObject([
      { value: { count: 3 } },
    ]);
    expect(spans()).toEqual([]);
  });

  it("are none where they are not wanted", async () => {
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string }, () => {});
    await using runtime = await createRuntime({
      modules: functions,
      observer: openTelemetry({ metrics: false }),
    });
    await runtime.send(one.at("1"), "go");
    await runtime.idle();
    expect(await metric("statefun.messages.handled")).toEqual([]);
    expect(spans()).toHaveLength(2);
  });
});

describe("metrics of events", () => {
  const engine = "embedded";
  const messageTypename = string.typename;

  it("are by function, egress and place, and never have an id", async () => {
    observed((hooks) => {
      const arrival = { engine, address, messageTypename, delayMs: 0 } as const;
      hooks.accepted({ ...arrival, kind: "send", isDuplicate: false });
      hooks.accepted({ ...arrival, kind: "send", isDuplicate: false });
      hooks.accepted({ ...arrival, kind: "call", isDuplicate: true });
      hooks.refused({ engine, address, messageTypename, code: "mailbox_full" });
      const dead = { engine, address, messageTypename, reason: "secret-id", attempts: 8 } as const;
      hooks.dead({ ...dead, egress: undefined, code: "failed" });
      hooks.dead({ ...dead, egress: "demo/out", code: "unknown_egress" });
      hooks.timer({ engine, kind: "set", address, ms: 5_000 });
      hooks.timer({ engine, kind: "fired", address, ms: 250 });
      hooks.emitted({ engine, from: address, egress: "demo/out", bytes: 5 });
      hooks.delivered({ engine, egress: "demo/out", records: 3, durationMs: 5, error: undefined });
      const error = new RangeError("secret-id");
      hooks.delivered({ engine, egress: "demo/out", records: 2, durationMs: 5, error });
      hooks.committed({ engine, steps: 2, rows: 3, bytes: 400, durationMs: 1.5 });
      hooks.committed({ engine, steps: 1, rows: 1, bytes: 100, durationMs: 2.5 });
      hooks.operated({ engine, action: "replay", address, who: "secret-id" });
    });
    const egress = { "statefun.egress": "demo/out" };
    const taken = (kind: string, isDuplicate: boolean) => ({
      ...at,
      "statefun.kind": kind,
      "statefun.duplicate": isDuplicate,
    });
    const expected: Readonly<Record<string, readonly unknown[]>> = {
      "statefun.messages.accepted": [
        { value: 2, attributes: taken("send", false) },
        { value: 1, attributes: taken("call", true) },
      ],
      "statefun.messages.refused": [
        { value: 1, attributes: { ...at, "error.type": "mailbox_full" } },
      ],
      "statefun.messages.dead": [
        { value: 1, attributes: { ...at, "error.type": "failed" } },
        { value: 1, attributes: { ...at, "error.type": "unknown_egress", ...egress } },
      ],
      "statefun.timers": [
        { value: 1, attributes: { ...at, "statefun.kind": "set" } },
        { value: 1, attributes: { ...at, "statefun.kind": "fired" } },
      ],
      "statefun.records.emitted": [{ value: 1, attributes: egress }],
      "statefun.records.delivered": [{ value: 3, attributes: egress }],
      "statefun.commit.steps": [{ value: 3, attributes: {} }],
      "statefun.commit.rows": [{ value: 4, attributes: {} }],
      "statefun.commit.bytes": [{ value: 500, attributes: {} }],
      "statefun.operations": [{ value: 1, attributes: { "statefun.kind": "replay" } }],
    };
    for (const [name, points] of Object.entries(expected)) {
      expect([name, await metric(name)]).toEqual([name, points]);
    }
    const histograms: Readonly<Record<string, readonly unknown[]>> = {
      "statefun.timer.lateness": [{ value: { count: 1, sum: 0.25 }, attributes: at }],
      "statefun.commit.duration": [{ value: { count: 2, sum: 0.004 } }],
      "statefun.delivery.duration": [
        { value: { count: 1 }, attributes: egress },
        { value: { count: 1 }, attributes: { ...egress, "error.type": "RangeError" } },
      ],
    };
    for (const [name, points] of Object.entries(histograms)) {
      const found = await metric(name);
      expect([name, found]).toMatchObject([name, points]);
      expect(JSON.stringify(found)).not.toContain("secret-id");
    }
  });

  it("show what endpoints and sources said last", async () => {
    observed((hooks) => {
      const reachable = { engine, kind: "endpoint", name: "far/*", reason: undefined } as const;
      hooks.reachable({ ...reachable, isUp: false });
      hooks.reachable({ ...reachable, kind: "egress", isUp: false });
      hooks.reachable({ ...reachable, isUp: true });
      const progress = { typename: "demo/orders", source: "orders/0", records: 5 };
      hooks.ingress({ ...progress, lag: 12 });
      hooks.ingress({ ...progress, lag: 7 });
      hooks.ingress({ ...progress, source: "orders/1", lag: 3 });
      hooks.ingress({ ...progress, source: "orders/1", lag: undefined });
    });
    expect(await metric("statefun.endpoint.up")).toEqual([
      { value: 1, attributes: { "statefun.kind": "endpoint", "statefun.endpoint.name": "far/*" } },
      { value: 0, attributes: { "statefun.kind": "egress", "statefun.endpoint.name": "far/*" } },
    ]);
    expect(await metric("statefun.ingress.lag")).toEqual([
      {
        value: 7,
        attributes: { "statefun.ingress": "demo/orders", "statefun.source": "orders/0" },
      },
    ]);
  });
});

describe("several observers", () => {
  it("of one SDK count together", async () => {
    const both = [openTelemetry(), openTelemetry()] as Required<Observer>[];
    for (const hooks of both)
      hooks.emitted({ engine: "embedded", from: address, egress: "a/b", bytes: 1 });
    const attributes = { "statefun.egress": "a/b" };
    expect(await metric("statefun.records.emitted")).toEqual([{ value: 2, attributes }]);
  });

  it("keep no more names apart than an SDK does", async () => {
    const hooks = openTelemetry() as Required<Observer>;
    const event = { engine: "embedded", from: address, bytes: 1 } as const;
    for (let index = 0; index < 5_000; index++) hooks.emitted({ ...event, egress: `a/${index}` });
    const points = await metric("statefun.records.emitted");
    expect(points.length).toBeLessThanOrEqual(2_001);
    const sum = points.reduce((total, { value }) => total + Number(value), 0);
    expect(sum).toBe(5_000);
  });
});

describe("the options", () => {
  it.each([
    [{ metric: false }, "did you mean metrics"],
    [{ traces: "yes" }, "traces must be a boolean"],
    [{ tracerProvider: {} }, "getTracer"],
    [{ meterProvider: metrics.getMeter("x") }, "getMeter"],
  ])("%j is refused", (options, text) => {
    expect(() => openTelemetry(options as never)).toThrow(text);
  });
});
