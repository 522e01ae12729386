import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";
import {
  alerts,
  commands,
  functions,
  Reading,
  Retire,
  silentAfterMs,
  twin,
  Wish,
} from "./functions.ts";

const day = 86_400_000;

async function device(options: TestOptions = {}) {
  const runtime = await createTestRuntime(functions, options);
  let sequence = 0;
  const to = twin.at("boiler");
  const reads = (celsius: number, number = ++sequence) =>
    runtime.send(to, Reading.of({ celsius, sequence: number }));
  const alerted = () => runtime.emitted(alerts).map(({ value }) => value);
  const commanded = () => runtime.emitted(commands).map(({ value }) => value);
  return { runtime, to, reads, alerted, commanded };
}

describe("the twin of a device", () => {
  it("says once that the device is too hot, and once that it has cooled down", async () => {
    const { reads, alerted } = await device({ rules: "flink" });
    for (const celsius of [70, 81, 79, 82, 76, 75, 79]) await reads(celsius);
    expect(alerted()).toEqual(["is too hot: 81 °C", "has cooled down: 75 °C"]);
  });

  it("takes no reading that is older than the one it has", async () => {
    const { runtime, to, reads } = await device();
    await reads(20, 5);
    for (const late of [4, 5]) await reads(99, late);
    expect(runtime.state(to).celsius).toBe(20);
  });

  it("notices a silent device, and does not pretend to know how warm it is", async () => {
    const { runtime, to, reads, alerted } = await device();
    await reads(20);
    await runtime.advance(silentAfterMs - 1);
    await reads(21);
    await runtime.advance(silentAfterMs - 1);
    expect(alerted()).toEqual([]);
    await runtime.advance(1);
    expect(alerted()).toEqual(["has been silent for ten minutes"]);
    expect(runtime.state(to).celsius).toBeUndefined();
  });

  it("repeats the last command to a device that comes back", async () => {
    const { runtime, to, reads, alerted, commanded } = await device();
    await reads(20);
    await runtime.advance(silentAfterMs);
    await runtime.send(to, Wish.of({ target: 55 }));
    await reads(20);
    expect(alerted()).toEqual(["has been silent for ten minutes", "is back"]);
    expect(commanded()).toEqual(['{"target":55}', '{"target":55}']);
  });

  it("stops when the device is retired", async () => {
    const { runtime, to, reads, alerted } = await device();
    await reads(20);
    await runtime.send(to, Retire.of({}));
    await runtime.advance(day);
    expect(alerted()).toEqual([]);
    expect(runtime.state(to).sequence).toBe(-1);
  });

  it("is forgotten a month after the last message", async () => {
    const { runtime, to, reads } = await device();
    await reads(20);
    await runtime.advance(29 * day);
    expect(runtime.state(to).sequence).toBe(1);
    await runtime.advance(5 * day);
    expect(runtime.state(to).sequence).toBe(-1);
  });

  it("alerts once when the process dies again and again", async () => {
    const { runtime, reads, alerted } = await device({ crashProbability: 0.3, seed: 3 });
    for (const celsius of [81, 75]) await reads(celsius);
    await runtime.advance(silentAfterMs);
    expect(alerted()).toHaveLength(3);
  });
});
