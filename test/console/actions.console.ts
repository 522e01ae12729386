import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, settled } from "./browser.ts";
import { deadLetters } from "./shop/operator.ts";
import { done, seedShop, seeds } from "./shop/seed.ts";
import { type Shop, startShop } from "./shop/start.ts";
import type { Visitors } from "./shop/visitors.ts";
import { sharedBrowser } from "./visits.ts";

const failed = 120;

describe.runIf(hasBrowser)("an operator", () => {
  const { visit, browser } = sharedBrowser();
  let shop: Shop;
  let visitors: Visitors;
  beforeAll(async () => {
    shop = await startShop("sqlite");
    visitors = await seedShop(shop, { failed });
  });
  afterAll(() => shop?.close());

  const cart = { function: "shop/cart", id: seeds.blockedCarts[1] ?? "" };
  const total = async () => {
    const { state } = await shop.operate(`/admin/instance?${new URLSearchParams(cart)}`);
    return state.total.value;
  };

  it("who may only look sees each button with its reason, and the server refuses besides", async () => {
    await visit(shop.url(), { as: "reader" }, async ({ page, open }) => {
      await open("instance", cart);
      for (const name of [/^Retry now/, /^Give up first message/, /^Pause…/, /^Delete…/]) {
        const button = page.getByRole("button", { name });
        expect(await button.getAttribute("aria-disabled"), String(name)).toBe("true");
        expect(await button.getAttribute("title")).toContain("needs the role write");
        await button.click({ force: true });
        expect(await page.getByRole("dialog").count()).toBe(0);
      }
    });
    const retry = `/admin/instance/retry?${new URLSearchParams(cart)}`;
    await expect(shop.operate(retry, { as: "reader", method: "POST" })).rejects.toThrow(/403/);
  });

  it("who writes a state over another one's is shown theirs first", async () => {
    await visit(shop.url(), {}, async (console) => {
      const { page, open, complaints } = console;
      complaints.allow(/status of 412/);
      await open("instance", cart);
      const line = page.locator(".states > div", { has: page.getByText("total", { exact: true }) });
      await line.getByRole("button", { name: "Edit…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Value").fill("11");
      // Meanwhile somebody else is faster.
      const before = await shop.operate(`/admin/instance?${new URLSearchParams(cart)}`);
      await shop.operate(`/admin/state?${new URLSearchParams({ ...cart, name: "total" })}`, {
        method: "PUT",
        body: 22,
        headers: { "if-match": before.state.total.etag },
      });
      await dialog.getByLabel(/^Why/).fill("counted by hand");
      await dialog.getByRole("button", { name: "Write" }).click();
      await dialog.getByRole("alert").waitFor();
      expect(await dialog.getByLabel("There now").inputValue()).toBe("22");
      expect(await total()).toBe(22);
      await dialog.getByRole("button", { name: "Write over it" }).click();
      await dialog.waitFor({ state: "detached" });
      expect(await total()).toBe(11);
      await expect.poll(() => line.textContent()).toContain("11");
    });
    const { activity } = await shop.operate("/admin/activity?order=newest&limit=1");
    expect(activity[0].record).toMatchObject({ who: "walter", why: "counted by hand" });
  });

  it("gives up the first message of a blocked cart by the keyboard alone", async () => {
    const id = seeds.blockedCarts[0] ?? "";
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("instances");
      await page.getByRole("table").waitFor();
      const row = page.getByRole("row", { name: new RegExp(id) });
      await byKeyboard("j");
      for (let n = 0; n < 40; n++) {
        if (await row.evaluate((element) => element.contains(document.activeElement))) break;
        await byKeyboard("j");
      }
      await byKeyboard("Enter");
      await page.getByRole("heading", { name: id }).waitFor();
      await settled(page);
      const button = page.getByRole("button", { name: /^Give up first message/ });
      for (let n = 0; n < 60; n++) {
        if (await button.evaluate((element) => element === document.activeElement)) break;
        await byKeyboard("Tab");
      }
      await byKeyboard("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      const inDialog = () => dialog.evaluate((one) => one.contains(document.activeElement));
      expect(await inDialog()).toBe(true);
      await dialog.getByRole("button", { name: "Give up" }).focus();
      await byKeyboard("Enter");
      await dialog.waitFor({ state: "detached" });
    });
    const waiting = async () =>
      (await shop.operate(`/admin/instance?${new URLSearchParams({ ...cart, id })}`)).mailboxLength;
    await expect.poll(waiting).toBe(0);
  });

  it("replays all that the card service failed, once each, though the process is killed in between", async () => {
    await shop.setPay("fine");
    const orders = seeds.orders + seeds.waiting;
    await done(shop.operate, visitors.customers, orders);
    const others = (await deadLetters(shop.operate)) - failed;
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/);
      await open("dead-letters");
      const group = page.getByRole("row", { name: /card service said 503/ }).first();
      await group.getByRole("button", { name: "Replay…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(`Type ${failed}`).fill(`${failed}`);
      await dialog.getByRole("button", { name: `Replay ${failed}` }).click();
      const bar = page.getByRole("region", { name: /under way/ });
      await bar.getByText(/Replaying: [2-9]\d of/).waitFor();
      await shop.kill();
      await bar.getByText(/continues when there is an answer/).waitFor();
      await shop.start();
      await bar.getByText(`Replayed ${failed}.`).waitFor({ timeout: 60_000 });
    });
    await done(shop.operate, visitors.customers, orders + failed);
    expect(await deadLetters(shop.operate)).toBe(others);
    const all = await Promise.all(
      visitors.customers.map(async (id) => {
        const query = new URLSearchParams({ function: "shop/customer", id });
        return (await shop.operate(`/admin/instance?${query}`)).state.orders?.value ?? 0;
      }),
    );
    expect(all.reduce((sum, one) => sum + one, 0)).toBe(orders + failed);
    expect(browser().contexts()).toHaveLength(0);
  }, 120_000);

  it("keeps a page open over a restart", async () => {
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/);
      await open("overview");
      const status = page.getByRole("status").getByText(/^(live|no connection)/);
      await expect.poll(() => status.first().textContent()).toBe("live");
      await shop.kill();
      await expect.poll(() => status.first().textContent()).toMatch(/^no connection/);
      await shop.start();
      await expect.poll(() => status.first().textContent()).toBe("live");
    });
  });
});
