import { type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { type EngineLook, egress, StatefulFunctions, string } from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { createGate } from "../engine/support/gate.ts";
import { hosted, stores } from "../engine/support/stores.ts";
import { telemetry } from "./support/telemetry.ts";

const { metric } = telemetry();
const out = egress("demo/out", string);
const at = { "messaging.destination.name": "demo/one" };
const gauges = [
  ...["statefun.mailbox.messages", "statefun.mailbox.oldest", "statefun.steps.running"],
  ...["statefun.timer.waiting", "statefun.egress.backlog", "statefun.dead_letters"],
];

function demo(pause: () => Promise<void> = async () => {}) {
  const functions = new StatefulFunctions("demo");
  const one = functions.bind("demo/one", { accepts: string }, async (context, text) => {
    await pause();
    if (text === "bad") throw new RangeError("no");
    if (text === "emit") context.emit(out, text);
  });
  return { functions, one };
}

/** The values of all gauges, in order. */
async function values(): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const name of gauges) found.push((await metric(name)).map(({ value }) => value));
  return found;
}

describe.each(stores)("gauges of an engine on $name", (store) => {
  const host = hosted(store);

  it("are what waits in it, also of an earlier run; a closed one has none", async () => {
    const options = {
      observer: openTelemetry({ traces: false }),
      retry: { maxAttempts: 1 },
      egresses: [out.to(() => Promise.reject(new Error("down")))],
    };
    const { functions, one } = demo();
    const first = await host.start(functions, options);
    expect(await values()).toEqual([[0], [0], [0], [0], [0], [0]]);
    await first.send(one.at("secret-1"), "emit");
    await first.send(one.at("secret-2"), "bad");
    await first.send(one.at("secret-3"), "good", { delayMs: 60_000 });
    await expect.poll(values).toEqual([[0], [0], [0], [1], [1], [1]]);
    await first.close({ drainMs: 0 });
    // Nothing waits in what does not run. Without that the SDK would repeat the last values for ever.
    expect(await values()).toEqual([[0], [0], [0], [0], [0], [0]]);

    const gate = createGate();
    const again = demo(gate.pass);
    const second = await host.start(again.functions, options);
    for (const id of ["secret-1", "secret-1", "secret-2"]) {
      await second.send(again.one.at(id), "good");
    }
    await expect.poll(values).toEqual([[3], [expect.any(Number)], [2], [1], [1], [1]]);
    await expect
      .poll(async () => (await metric("statefun.mailbox.oldest"))[0]?.value)
      .toBeGreaterThan(0.02);
    expect(await metric("statefun.mailbox.messages")).toEqual([{ value: 3, attributes: at }]);
    expect((await metric("statefun.mailbox.oldest"))[0]?.value).toBeLessThan(10);
    expect(await metric("statefun.steps.running")).toEqual([{ value: 2, attributes: at }]);
    expect(await metric("statefun.egress.backlog")).toEqual([
      { value: 1, attributes: { "statefun.egress": "demo/out" } },
    ]);
    expect(await metric("statefun.dead_letters")).toEqual([{ value: 1, attributes: {} }]);
    expect(await metric("statefun.timer.waiting")).toEqual([{ value: 1, attributes: {} }]);
    gate.open();
    await expect.poll(values).toEqual([[0], [0], [0], [1], [1], [1]]);
    await second.close({ drainMs: 0 });
    expect(await values()).toEqual([[0], [0], [0], [0], [0], [0]]);
  });

  it("are none of a runtime that was closed before anybody asked", async () => {
    const { functions, one } = demo();
    const runtime = await host.start(functions, { observer: openTelemetry() });
    await runtime.send(one.at("secret-1"), "good", { delayMs: 60_000 });
    await runtime.close();
    expect(await values()).toEqual([[], [], [], [], [], []]);
  });
});

describe("gauges of several", () => {
  it("observers of one engine count it once, and engines are added up", async () => {
    const gate = createGate();
    const { functions, one } = demo(gate.pass);
    const observer = [openTelemetry(), openTelemetry()];
    // What waits in memory is lost with it.
    const onError = (): void => {};
    const [a, b] = [
      await createRuntime({ modules: [functions], observer, onError }),
      await createRuntime({ modules: [demo(gate.pass).functions], observer, onError }),
    ];
    for (const id of ["1", "2"]) await a.send(one.at(id), "good");
    await b.send(one.at("3"), "good", { delayMs: 60_000 });
    await b.send(one.at("3"), "good");
    await expect.poll(values).toEqual([[3], [expect.any(Number)], [3], [1], [], [0]]);
    gate.open();
    await a.idle();
    await a.close();
    await b.idle();
    expect(await values()).toEqual([[0], [0], [0], [1], [], [0]]);
    await b.close();
  });

  it("show what the others have where one cannot be asked, and what has gone", async () => {
    const reported: unknown[] = [];
    const error = (...given: readonly unknown[]): void => void reported.push(...given);
    const [warn, info, debug, verbose] = Array.from({ length: 4 }, () => () => {});
    diag.setLogger({ error, warn, info, debug, verbose } as DiagLogger, DiagLogLevel.ERROR);
    const hooks = openTelemetry();
    const row = { oldestMs: 0, running: 0 };
    const functions = ["a/x", "a/y"].map((typename) => ({ ...row, typename, waiting: 3 }));
    const rest = { egresses: [], timers: 4, deadLetters: 2 };
    let broken = async (): Promise<EngineLook> => ({ ...rest, functions });
    hooks.started?.({ engine: "test", look: async () => ({ ...rest, functions: [] }) });
    hooks.started?.({ engine: "test", look: () => broken() });
    hooks.started?.({ engine: "test", look: async () => undefined });
    const waiting = () => metric("statefun.mailbox.messages");
    const point = (typename: string, value: number) => {
      return { value, attributes: { "messaging.destination.name": typename } };
    };
    expect(await waiting()).toEqual([point("a/x", 3), point("a/y", 3)]);
    expect(await metric("statefun.timer.waiting")).toEqual([{ value: 8, attributes: {} }]);
    broken = () => Promise.reject(new Error("no disk"));
    // What one engine cannot say is not gone.
    expect(await waiting()).toEqual([point("a/x", 3), point("a/y", 3)]);
    expect(reported).toMatchObject([
      "statefun: an engine cannot say what waits in it",
      { message: "no disk" },
    ]);
    expect(await metric("statefun.timer.waiting")).toEqual([{ value: 4, attributes: {} }]);
    broken = async () => ({ ...rest, functions: functions.slice(1) });
    expect(await waiting()).toEqual([point("a/x", 0), point("a/y", 3)]);
    diag.disable();
  });

  it("are none without metrics", () => {
    expect(openTelemetry({ metrics: false }).started).toBeUndefined();
  });
});
