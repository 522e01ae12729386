import { createTestRuntime, stub, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";
import {
  carrier,
  carriers,
  functions,
  money,
  order,
  Place,
  statuses,
  stepTimeoutMs,
  stock,
  TopUp,
} from "./functions.ts";

const ordinary = { customer: "zoe", sku: "mug", country: "AT", cents: 1_490 };

async function shop(options: TestOptions = {}, modules = [functions, carriers]) {
  const runtime = await createTestRuntime(modules, options);
  await runtime.send(stock.at("mug"), TopUp.of({ amount: 2 }));
  await runtime.send(money.at("zoe"), TopUp.of({ amount: 5_000 }));
  const place = (id: string, data: Partial<typeof ordinary> = {}) =>
    runtime.send(order.at(id), Place.of({ ...ordinary, ...data }));
  const said = () => runtime.emitted(statuses).map(({ key, value }) => `${key} ${value}`);
  const left = () => [runtime.state(stock.at("mug")).left, runtime.state(money.at("zoe")).left];
  return { runtime, place, said, left };
}

describe("an order", () => {
  it("takes from everybody, and is confirmed", async () => {
    const { runtime, place, said, left } = await shop({ rules: "flink" });
    await place("o1");
    expect(said()).toEqual(["o1 placed", "o1 confirmed"]);
    expect(left()).toEqual([1, 3_510]);
    // Nobody keeps a note about an order that is complete.
    expect(runtime.state(money.at("zoe")).taken).toEqual({});
  });

  it("is placed once, also when the button is pressed twice", async () => {
    const { place, said, left } = await shop();
    await Promise.all([place("o1"), place("o1")]);
    await place("o1");
    expect(said()).toEqual(["o1 placed", "o1 confirmed"]);
    expect(left()).toEqual([1, 3_510]);
  });

  it.for([
    ["stock: sold out", { sku: "pot" }],
    ["payment: not enough money", { cents: 5_001 }],
    ["shipping: nobody delivers to GB", { country: "GB" }],
  ] as const)("gives back everything that was taken: %s", async ([reason, data]) => {
    const { place, said, left } = await shop();
    await place("o1", data);
    expect(said()).toEqual(["o1 placed", `o1 cancelled: ${reason}`]);
    expect(left()).toEqual([2, 5_000]);
  });

  it("is cancelled when a participant does not answer", async () => {
    const silent = stub(carrier, () => {});
    const { runtime, place, said, left } = await shop({ stubs: [silent] }, [functions]);
    await place("o1");
    await runtime.advance(stepTimeoutMs - 1);
    expect(said()).toEqual(["o1 placed"]);
    expect(left()).toEqual([1, 3_510]);
    await runtime.advance(1);
    expect(said()).toEqual(["o1 placed", "o1 cancelled: shipping did not answer"]);
    expect(left()).toEqual([2, 5_000]);
  });

  it("sells no more than there is, to many at once, over crashes", async () => {
    const { place, said, left } = await shop({ crashProbability: 0.3, seed: 4 });
    await Promise.all([1, 2, 3, 4].map((n) => place(`o${n}`)));
    expect(said().filter((line) => line.endsWith("confirmed"))).toHaveLength(2);
    expect(said().filter((line) => line.endsWith("sold out"))).toHaveLength(2);
    expect(left()).toEqual([0, 2_020]);
  });
});
