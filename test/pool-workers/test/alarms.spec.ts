import {
  evictDurableObject,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Add, cart, Remind } from "../src/functions.ts";
import { bank, payment } from "../src/payments.ts";
import { type Address, alarmOf, client, day, objectOf, sentMails, stateOf } from "./shop.ts";

const ring = (address: Address) => runDurableObjectAlarm(objectOf(address));

/** Whether the alarm of an object is that of a message for the next day. */
const isTomorrow = async (address: Address) =>
  Number(await alarmOf(address)) - Date.now() > day - 60_000;

beforeEach(() => {
  Object.assign(bank, { isDown: false, charged: 0, answer: async () => {} });
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

describe("an alarm", () => {
  it("is the platform's own where time is real", async () => {
    await client.send(cart.at("real"), Remind.of({ after: 1 }), { delayMs: 1_500 });
    expect(await sentMails()).toEqual([]);
    await expect.poll(sentMails, { timeout: 10_000 }).toEqual(["real has 0 items in the cart"]);
  });

  it("is there while something is left to do, and none without", async () => {
    expect(await ring(payment.at("none"))).toBe(false);
    await client.send(cart.at("one"), Add.of({ item: "tea" }));
    expect(await ring(cart.at("one"))).toBe(true);
  });

  it("that is run before its time is set again, as often as it is run", async () => {
    await client.call(cart.at("early"), Add.of({ item: "tea" }));
    // First for what its messages still wait for, in the end for the delayed message alone.
    await expect
      .poll(async () => [await ring(cart.at("early")), await isTomorrow(cart.at("early"))])
      .toEqual([true, true]);
    expect(await ring(cart.at("early"))).toBe(true);
    expect(await isTomorrow(cart.at("early"))).toBe(true);
    expect(await sentMails()).toEqual([]);
  });

  it("is set again in an object that was evicted before it was run", async () => {
    await client.call(cart.at("evicted"), Add.of({ item: "tea" }));
    await evictDurableObject(objectOf(cart.at("evicted")));
    await expect
      .poll(async () => [await ring(cart.at("evicted")), await isTomorrow(cart.at("evicted"))])
      .toEqual([true, true]);
  });
});

/** Each way of faking that a test may choose. */
const ways: readonly { readonly what: string; readonly use: () => void }[] = [
  { what: "all timers", use: () => vi.useFakeTimers() },
  { what: "the date alone", use: () => vi.useFakeTimers({ toFake: ["Date"] }) },
  { what: "all, advancing", use: () => vi.useFakeTimers({ shouldAdvanceTime: true }) },
  { what: "a date to come", use: () => vi.useFakeTimers({ now: Date.now() + 400 * day }) },
];

describe.each(ways)("under fake time, $what", ({ use }) => {
  it("a delayed message is handled when the alarm is run at its time", async () => {
    use();
    expect(await client.call(cart.at("fake"), Add.of({ item: "tea" }))).toBe(1);
    vi.setSystemTime(Date.now() + day - 1_000);
    await ring(cart.at("fake"));
    expect(await sentMails()).toEqual([]);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await ring(cart.at("fake"))).toBe(true);
    await expect.poll(sentMails).toEqual(["fake has 1 items in the cart"]);
  });

  it("so is one in an object that was used before", async () => {
    await client.call(cart.at("before"), Add.of({ item: "tea" }));
    use();
    vi.setSystemTime(Date.now() + day);
    expect(await ring(cart.at("before"))).toBe(true);
    await expect.poll(sentMails).toEqual(["before has 1 items in the cart"]);
  });

  it("a call to the object handles what is due as well", async () => {
    use();
    await client.send(payment.at("called"), 5, { delayMs: day });
    await evictDurableObject(objectOf(payment.at("called")));
    vi.setSystemTime(Date.now() + day - 1);
    expect(await client.call(payment.at("called"), 1)).toBe(1);
    vi.setSystemTime(Date.now() + 1);
    await evictDurableObject(objectOf(payment.at("called")));
    await client.call(payment.at("called"), 1);
    await expect.poll(() => bank.charged).toBe(7);
  });

  it("so does one to an object that stayed in memory", async () => {
    use();
    await client.send(payment.at("stayed"), 5, { delayMs: day });
    vi.setSystemTime(Date.now() + day);
    await client.call(payment.at("stayed"), 1);
    await expect.poll(() => bank.charged).toBe(6);
  });

  it("a message that fails is tried again after its delay, and is a dead letter in the end", async () => {
    use();
    bank.isDown = true;
    await client.send(payment.at("down"), 5);
    for (const minutes of [1, 2]) {
      expect(await client.deadLetters.list()).toEqual([]);
      vi.setSystemTime(Date.now() + minutes * 60_000);
      await ring(payment.at("down"));
    }
    await expect.poll(async () => (await client.deadLetters.list()).length).toBe(1);
    bank.isDown = false;
    const [letter] = await client.deadLetters.list();
    await client.deadLetters.replay(letter?.id ?? "");
    await expect.poll(() => bank.charged).toBe(5);
  });

  it("a state expires", async () => {
    use();
    expect(await client.call(payment.at("paid"), 5)).toBe(5);
    vi.setSystemTime(Date.now() + 3_599_000);
    expect(await client.call(payment.at("paid"), 5)).toBe(10);
    vi.setSystemTime(Date.now() + 3_600_001);
    expect(await client.call(payment.at("paid"), 5)).toBe(5);
  });
});

/** With all timers faked it would go on in the context of the test, where its object cannot store anything. */
it("under a fake date alone, a handler may wait for timers of its own", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  bank.answer = () => new Promise((resolve) => setTimeout(resolve, 200));
  expect(await client.call(payment.at("waits"), 5)).toBe(5);
  vi.setSystemTime(Date.now() + 60_000);
  await ring(payment.at("waits"));
  expect(await client.call(payment.at("waits"), 1)).toBe(6);
});

describe("a fake date that goes back", () => {
  it("does not take the object back: it goes on with the time of its storage", async () => {
    vi.useFakeTimers();
    vi.setSystemTime(Date.now() + 10 * day);
    expect(await client.call(payment.at("back"), 5)).toBe(5);
    vi.useRealTimers();
    expect(await client.call(payment.at("back"), 5)).toBe(10);
  });

  it("behind the platform's clock keeps nobody busy, and nothing is lost", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2020-01-01") });
    expect(await client.call(cart.at("past"), Add.of({ item: "tea" }))).toBe(1);
    expect(await client.call(cart.at("past"), Add.of({ item: "cake" }))).toBe(2);
    await expect.poll(() => stateOf(cart.at("past"))).toMatchObject({ items: { value: 2 } });
    // Its alarm is always over for the platform, and never for the object.
    const alarms = await runInDurableObject(objectOf(cart.at("past")), (object) =>
      vi.spyOn(object, "alarm"),
    );
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(alarms.mock.calls.length).toBeLessThan(16);
    vi.setSystemTime(Date.now() + day);
    await ring(cart.at("past"));
    await expect.poll(sentMails).toEqual(["past has 2 items in the cart"]);
  });
});
