import {
  abortAllDurableObjects,
  evictAllDurableObjects,
  evictDurableObject,
  listDurableObjectIds,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Add, cart, stock } from "../src/functions.ts";
import { StatefulObject } from "../src/index.ts";
import { bank, payment } from "../src/payments.ts";
import { alarmOf, ask, client, objectOf, read, sentMails, stateOf } from "./shop.ts";

const headers = { "content-type": "application/json", "statefun-type": "shop/Add" };

describe("the Worker", () => {
  it("takes messages over HTTP, and shows states", async () => {
    const init = { method: "POST", headers, body: JSON.stringify({ item: "tea" }) };
    expect((await ask("/functions/shop/cart/http", init)).status).toBe(202);
    await expect.poll(() => stateOf(stock.at("tea"))).toMatchObject({ reserved: { value: 1 } });
    expect(await read("/health")).toMatchObject({ status: "ok" });
    expect((await ask("/functions/shop/nobody/1", init)).status).toBe(404);
  });

  it("refuses wrong messages by the codes of the documentation", async () => {
    const wrong = client.send(cart.at("wrong"), { item: 7n } as never);
    await expect(wrong).rejects.toMatchObject({ code: "invalid_argument" });
  });
});

/** One test of a file after the other finds what the one before has left, unless that is reset. */
describe("the storage", () => {
  it("lasts for the tests of a file", async () => {
    expect(await client.call(cart.at("kept"), Add.of({ item: "tea" }))).toBe(1);
  });

  it("is there in the next one", async () => {
    expect(await client.call(cart.at("kept"), Add.of({ item: "tea" }))).toBe(2);
  });

  it("is gone with its alarms after reset(), and objects begin anew", async () => {
    expect((await listDurableObjectIds(env.STATEFUN)).length).toBeGreaterThan(0);
    expect(await alarmOf(cart.at("kept"))).not.toBe(null);
    await reset();
    expect(await alarmOf(cart.at("kept"))).toBe(null);
    expect(await runDurableObjectAlarm(objectOf(cart.at("kept")))).toBe(false);
    expect(await client.call(cart.at("kept"), Add.of({ item: "tea" }))).toBe(1);
  });

  it("of this file is not that of another one", async () => {
    // There they are used too: `zoe` in cart.spec.ts, `early` in alarms.spec.ts.
    expect(await client.call(cart.at("zoe"), Add.of({ item: "tea" }))).toBe(1);
    expect(await client.call(cart.at("early"), Add.of({ item: "tea" }))).toBe(1);
  });

  it("of an object is seen by runInDurableObject, as is the object", async () => {
    await client.call(cart.at("seen"), Add.of({ item: "tea" }));
    const [rows, isOurs] = await runInDurableObject(
      objectOf(cart.at("seen")),
      (object, { storage }) => [
        storage.sql.exec("SELECT count(*) AS rows FROM statefun").one()["rows"],
        object instanceof StatefulObject,
      ],
    );
    expect(Number(rows)).toBeGreaterThan(0);
    expect(isOurs).toBe(true);
  });
});

describe("an object that ends", () => {
  afterEach(async () => {
    bank.answer = async () => {};
    bank.charged = 0;
    await reset();
  });

  it("by an eviction has lost neither state nor timers", async () => {
    vi.useFakeTimers();
    for (let items = 1; items <= 2; items++) {
      expect(await client.call(cart.at("ends"), Add.of({ item: "coffee" }))).toBe(items);
      await evictDurableObject(objectOf(cart.at("ends")));
    }
    vi.setSystemTime(Date.now() + 86_400_000);
    expect(await runDurableObjectAlarm(objectOf(cart.at("ends")))).toBe(true);
    await expect.poll(sentMails).toEqual(["ends has 2 items in the cart"]);
    vi.useRealTimers();
    await expect.poll(() => stateOf(stock.at("coffee"))).toMatchObject({ reserved: { value: 2 } });
  });

  it("with all others, right after a send, handles the message when it is woken", async () => {
    const sent = Array.from({ length: 20 }, (_, user) =>
      client.send(cart.at(`u${user}`), Add.of({ item: "cake" })),
    );
    await Promise.all(sent);
    await evictAllDurableObjects();
    for (let user = 0; user < 20; user++)
      await runDurableObjectAlarm(objectOf(cart.at(`u${user}`)));
    await expect.poll(() => stateOf(stock.at("cake"))).toMatchObject({ reserved: { value: 20 } });
  });

  it("by an abort while a handler waits runs it again, and its effects happen once", async () => {
    bank.answer = () => new Promise(() => {});
    await client.send(payment.at("aborted"), 5);
    await abortAllDurableObjects();
    bank.answer = async () => {};
    // What was sent is stored: the alarm of its window brings the object back.
    await runDurableObjectAlarm(objectOf(payment.at("aborted")));
    await expect.poll(() => stateOf(payment.at("aborted"))).toMatchObject({ paid: { value: 5 } });
    expect(await client.call(payment.at("aborted"), 1)).toBe(6);
  });
});
