import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileIds, hostileText } from "./shop/hostile.ts";
import { deadLetters } from "./shop/operator.ts";
import { seedShop, seeds } from "./shop/seed.ts";
import { type EngineName, type Shop, startShop } from "./shop/start.ts";

const engines: readonly EngineName[] = ["memory", "sqlite", "workerd"];

describe.each(engines)("the shop on %s", (engine) => {
  let shop: Shop;
  const isWorkerd = engine === "workerd";
  const failed = isWorkerd ? 40 : 300;
  beforeAll(async () => {
    shop = await startShop(engine);
    await seedShop(shop, { failed, hasEndpoints: !isWorkerd });
  });
  afterAll(() => shop?.close());
  const instance = (fn: string, id: string) =>
    shop.operate(`/admin/instance?${new URLSearchParams({ function: fn, id })}`);

  it("has dead letters of several kinds", async () => {
    const { groups } = await shop.operate("/admin/dead-letters/groups");
    const shown = groups.map(({ typename, code, reason, count }: Record<string, string>) => {
      const said = reason?.replace(/^.* answered 500: /, "").replace(/(shop.AddItem): .*/, "$1");
      return `${count} ${typename} ${code}: ${said}`;
    });
    expect(shown.toSorted()).toEqual(
      [
        `${failed} shop/payment failed: card service said 503`,
        "8 shop/payment failed: card refused: no funds",
        "3 shop/payment failed: card refused: expired",
        "1 shop/payment failed: card refused: stolen",
        "2 shop/cart message_undecodable: a message of shop/AddItem cannot be read: shop/AddItem",
        "1 shop/cart non_retryable: the cart is empty",
      ].toSorted(),
    );
  });

  it("has carts that are blocked, with messages behind", async () => {
    for (const id of seeds.blockedCarts) {
      const { trouble, mailboxLength } = await instance("shop/cart", id);
      expect(trouble).toMatchObject({ kind: "retrying" });
      expect(trouble.reason).toContain("Cannot read properties of undefined (reading 'price')");
      expect(mailboxLength).toBe(3);
    }
  });

  it("has instances of every odd id, with odd texts in them", async () => {
    for (const id of hostileIds) {
      const { state } = await instance("shop/customer", id);
      expect(state.profile.value.name, JSON.stringify(id)).toBe(hostileText);
    }
  });

  it("has timers of carts and customers, and a state that is too large to show", async () => {
    const timers = async (query: Record<string, string>) => {
      const answer = await shop.operate(`/admin/timers?${new URLSearchParams(query)}`);
      return answer.timers;
    };
    expect(await timers({ function: "shop/customer", id: "c-20901" })).toMatchObject([
      { message: { typename: "shop/Remind", value: { of: "birthday" } } },
    ]);
    expect(await timers({ function: "shop/cart", id: seeds.blockedCarts[0] ?? "" })).toHaveLength(
      1,
    );
    const { photo } = (await instance("shop/cart", seeds.largeCart)).state;
    expect(photo.size).toBe(seeds.largeBytes);
    expect(photo.value).toBeUndefined();
  });

  it("has a newsletter that is paused", async () => {
    const { paused, mailboxLength } = await instance("shop/newsletter", seeds.campaign);
    if (isWorkerd) expect(paused).toBe(true);
    else expect((await shop.operate("/admin/paused")).paused).toMatchObject([{ who: "walter" }]);
    expect(mailboxLength).toBe(1);
  });

  it("keeps the ledger, and cannot deliver mails", async () => {
    const { egresses } = await shop.operate("/admin/egresses");
    const isKept = { typename: "shop/ledger", kind: "kept", status: "running" };
    // Objects deliver each by itself, and do not count.
    const isStuck = { typename: "shop/mails", status: "waiting", reason: "smtp: 421 too many" };
    expect(egresses).toMatchObject(isWorkerd ? [isKept] : [isKept, isStuck]);
    const { records } = await shop.operate("/egresses/shop/ledger?limit=1000", { as: "nobody" });
    // One for each product that came into a cart.
    expect(records.length).toBeGreaterThan(failed + seeds.orders);
  });

  it("has types with JSON Schema", async () => {
    const { types } = await shop.operate("/admin/functions");
    const names = types.map(({ typename }: { typename: string }) => typename);
    const { schema } = types[names.indexOf("shop/Checkout")];
    expect(schema.required).toEqual(["customer", "payment", "shipTo", "isExpress"]);
    expect(JSON.stringify(schema)).toContain('"format":"date"');
  });

  it.skipIf(isWorkerd)(
    "has a card service that is down, and messages that wait for it",
    async () => {
      const { endpoints } = await shop.operate("/admin/endpoints");
      expect(endpoints).toMatchObject([{ name: "shop/payment", up: false }]);
      const { troubles } = await shop.operate("/admin/troubles?limit=100");
      const waits = troubles.filter(
        ({ waitsFor }: { waitsFor?: string }) => waitsFor !== undefined,
      );
      expect(waits.length).toBeGreaterThan(0);
      const { functions } = await shop.operate("/admin/functions");
      const payment = functions.find(
        ({ typename }: { typename: string }) => typename === "shop/payment",
      );
      expect(payment).toMatchObject({ remote: true, figures: { waiting: seeds.waiting } });
    },
  );
});

describe("the shop on sqlite", () => {
  it("goes on after it was killed", async () => {
    const shop = await startShop("sqlite");
    try {
      const visitors = await seedShop(shop, { failed: 10 });
      const dead = await deadLetters(shop.operate);
      const before = shop.url();
      await shop.kill();
      await expect(shop.operate("/admin/me")).rejects.toThrow("fetch failed");
      await shop.start();
      expect(shop.url()).toBe(before);
      expect(await deadLetters(shop.operate)).toBe(dead);
      await shop.setPay("fine");
      await visitors.orders(3);
      const waiting = async () => {
        const { functions } = await shop.operate("/admin/functions");
        return functions.find((one: { typename: string }) => one.typename === "shop/payment")
          .figures.waiting;
      };
      await expect.poll(waiting).toBe(0);
    } finally {
      await shop.close();
    }
  });
});
