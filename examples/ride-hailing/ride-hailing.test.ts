import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { Arrived, Cancel, OffDuty, OnDuty, Order, updates } from "./contract.ts";
import { areas, drivers, functions, rides } from "./functions.ts";

async function town(options: TestOptions = {}) {
  const runtime = await createTestRuntime(functions, options);
  const on = (id: string, area = "north") => runtime.send(drivers.at(id), OnDuty.of({ area }));
  const off = (id: string) => runtime.send(drivers.at(id), OffDuty.of({}));
  const order = (id: string, passenger = "zoe", area = "north") =>
    runtime.send(rides.at(id), Order.of({ passenger, area }));
  const arrived = (id: string, area = "south") =>
    runtime.send(drivers.at(id), Arrived.of({ area }));
  const cancel = (id: string) => runtime.send(rides.at(id), Cancel.of({}));
  const said = () => runtime.emitted(updates).map(({ value }) => value);
  const free = (id = "north") => runtime.state(areas.at(id)).drivers;
  return { runtime, on, off, order, arrived, cancel, said, free };
}

describe("a ride", () => {
  it("gets the driver who has waited longest, and leaves the driver where it ends", async () => {
    const { on, order, arrived, said, free } = await town({ rules: "flink" });
    for (const id of ["ann", "bob"]) await on(id);
    await order("r1");
    await arrived("ann");
    expect(said()).toEqual(["r1: looking for a driver", "r1: ann is on the way", "r1: arrived"]);
    expect([free("north"), free("south")]).toEqual([["bob"], ["ann"]]);
  });

  it("waits until somebody is free, and gives up after a minute", async () => {
    const { runtime, on, order, said } = await town();
    await order("r1");
    await order("r2", "max");
    await runtime.advance(20_000);
    await on("ann");
    await runtime.advance(60_000);
    expect(said().slice(2)).toEqual([
      "r1: ann is on the way",
      "r2: nobody is free, try again later",
    ]);
  });

  it("gives its driver back when it is cancelled, before or after one was found", async () => {
    const { runtime, on, order, cancel, said, free } = await town();
    await order("r1");
    await cancel("r1");
    await on("ann");
    await order("r2");
    await cancel("r2");
    expect(free()).toEqual(["ann"]);
    await Promise.all([order("r3"), cancel("r3")]);
    await runtime.advance(60_000);
    expect(free()).toEqual(["ann"]);
    expect(said().filter((line) => line?.toString().endsWith("cancelled"))).toHaveLength(3);
  });

  it("asks the next one when a driver has just gone off duty", async () => {
    const { runtime, on, off, order, said } = await town();
    for (const id of ["ann", "bob"]) await on(id);
    await Promise.all([order("r1"), off("ann")]);
    await runtime.advance(60_000);
    expect(said().at(-1)).toBe("r1: bob is on the way");
  });

  it("is ordered once", async () => {
    const { on, order, said, free } = await town();
    for (const id of ["ann", "bob"]) await on(id);
    await Promise.all([order("r1"), order("r1")]);
    await order("r1");
    expect(said()).toHaveLength(2);
    expect(free()).toEqual(["bob"]);
  });

  it("never shares a driver, over crashes", async () => {
    const { runtime, on, order, arrived, said, free } = await town({
      crashProbability: 0.2,
      seed: 9,
    });
    for (const id of ["ann", "bob", "cid"]) await on(id);
    await Promise.all([1, 2, 3, 4, 5].map((n) => order(`r${n}`)));
    const drivers = () => said().flatMap((line) => /: (\w+) is on/.exec(String(line))?.[1] ?? []);
    expect(drivers().toSorted()).toEqual(["ann", "bob", "cid"]);
    await arrived("bob", "north");
    await arrived("ann", "north");
    await runtime.advance(60_000);
    expect(drivers()).toHaveLength(5);
    expect(free()).toEqual([]);
  });

  it("is forgotten after a day", async () => {
    const { runtime, on, order, arrived } = await town();
    await on("ann");
    await order("r1");
    await arrived("ann");
    await runtime.advance(2 * 86_400_000);
    expect(runtime.state(rides.at("r1")).order).toBeUndefined();
  });
});
