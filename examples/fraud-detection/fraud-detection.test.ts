import { createTestRuntime, stub, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";
import {
  account,
  decisions,
  functions,
  merchant,
  merchants,
  NotMine,
  Payment,
  patienceMs,
  payment,
  riskOf,
  Sale,
} from "./functions.ts";

const day = 86_400_000;

async function bank(options: TestOptions = {}, modules = [functions, merchants]) {
  const runtime = await createTestRuntime(modules, options);
  const pay = (id: string, cents = 1_000) =>
    runtime.send(payment.at(id), Payment.of({ account: "zoe", merchant: "kiosk", cents }));
  const decided = () =>
    runtime.emitted(decisions).map(({ value }) => JSON.parse(String(value)) as unknown);
  return { runtime, pay, decided };
}

describe("the detection of fraud", () => {
  it("accepts an ordinary payment, when both have answered", async () => {
    const { pay, decided } = await bank({ rules: "flink" });
    await pay("p1");
    expect(decided()).toEqual([{ payment: "p1", risk: 0.02, isAccepted: true }]);
  });

  it("refuses for what the account and the merchant have behind them", async () => {
    const { runtime, pay, decided } = await bank();
    await runtime.send(account.at("zoe"), NotMine.of({}));
    for (const isChargedBack of [true, false, false, false]) {
      await runtime.send(merchant.at("kiosk"), Sale.of({ isChargedBack }));
    }
    await pay("p1", 200_000);
    expect(decided()).toEqual([{ payment: "p1", risk: 0.67, isAccepted: false }]);
  });

  it("counts the payments of the last hour, and forgets a fraud after a month", async () => {
    const { runtime, pay, decided } = await bank();
    await runtime.send(account.at("zoe"), NotMine.of({}));
    for (const id of ["p1", "p2"]) await pay(id);
    await runtime.advance(31 * day);
    await pay("p3");
    expect(decided()).toMatchObject([{ risk: 0.22 }, { risk: 0.24 }, { risk: 0.02 }]);
  });

  it("decides once, also when the till sends its payment again", async () => {
    const { runtime, pay, decided } = await bank();
    await Promise.all([pay("p1"), pay("p1")]);
    await pay("p1");
    await runtime.advance(patienceMs);
    expect(decided()).toHaveLength(1);
  });

  it("does not wait for a merchant that is silent", async () => {
    const silent = stub(merchant, () => {});
    const { runtime, pay, decided } = await bank({ stubs: [silent] }, [functions]);
    await pay("p1");
    expect(decided()).toEqual([]);
    await runtime.advance(patienceMs);
    expect(decided()).toEqual([{ payment: "p1", risk: 0.12, isAccepted: true }]);
  });

  it("decides the same when the process dies again and again", async () => {
    const { pay, decided } = await bank({ crashProbability: 0.3, seed: 8 });
    for (let n = 0; n < 8; n++) await pay(`p${n}`);
    expect(decided()).toMatchObject(Array.from({ length: 8 }, (_, n) => ({ payment: `p${n}` })));
  });

  it("never leaves 0 to 1", () => {
    const worst = { cents: 1e9, frauds: 99, lastHour: 99, chargedBack: 1 };
    expect(riskOf(worst)).toBe(1);
    expect(riskOf({ cents: 0, frauds: 0, lastHour: 0, chargedBack: 0 })).toBe(0);
  });
});
