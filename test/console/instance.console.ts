import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { hasBrowser, settled, sideways } from "./browser.ts";
import { hostileIds, hostileText } from "./shop/hostile.ts";
import { block, seedShop, seeds } from "./shop/seed.ts";
import { type Shop, startShop } from "./shop/start.ts";
import { Visitors } from "./shop/visitors.ts";
import { sharedBrowser } from "./visits.ts";

const [blocked = "", other = ""] = seeds.blockedCarts;

describe.runIf(hasBrowser)("the screen of one instance", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("memory");
    await seedShop(shop, { failed: 12 });
  });
  afterAll(() => shop?.close());

  const instanceOf = (fn: string, id: string) =>
    shop.operate(`/admin/instance?${new URLSearchParams({ function: fn, id })}`);
  const dialogOf = (page: Page) => page.getByRole("dialog");
  /** What a dialog is for, and the button that does it. */
  const confirm = async (page: Page, action: string, why = "") => {
    const dialog = dialogOf(page);
    await dialog.waitFor();
    await dialog.getByLabel(/^Why/).fill(why);
    await dialog.getByRole("button", { name: action, exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await settled(page);
  };

  it("says why it is blocked, how often it was tried, and who else does", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instance", { function: "shop/cart", id: blocked });
      const box = page.getByRole("region", { name: "Why it is blocked" });
      await box.getByRole("heading", { name: /reading 'price'/ }).waitFor();
      await box
        .getByText(/\d+ of 50 attempts failed\. After 50 it becomes a dead letter\./)
        .waitFor();
      await box.getByText(/^in \d+ s$/).waitFor();
      await box.getByText("2 other instances of this function are blocked").waitFor();
      await page.getByText(/2 messages waiting behind #\d+/).waitFor();
    });
  });

  it("retries by a key, and shows what came of it", async () => {
    const before = (await instanceOf("shop/cart", blocked)).trouble.attempts;
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("instance", { function: "shop/cart", id: blocked });
      await byKeyboard("r");
      await dialogOf(page).waitFor();
      await page.keyboard.type("the catalogue is mended");
      await byKeyboard("Enter");
      await page.getByText("It is tried now.").waitFor();
      await page.getByText(`${before + 1} of 50 attempts failed`).waitFor({ timeout: 60_000 });
    });
    const { activity } = await shop.operate("/admin/activity?order=newest&limit=1");
    expect(activity[0].record).toMatchObject({ action: "retry", why: "the catalogue is mended" });
  });

  it("gives up the first message, and shows the next one", async () => {
    const { trouble } = await instanceOf("shop/cart", other);
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instance", { function: "shop/cart", id: other });
      await page.getByRole("button", { name: "Give up first message…" }).click();
      await confirm(page, "Give up");
      await page.getByText(`#${trouble.number} is a dead letter now.`).waitFor();
      await page.getByText("at rest").waitFor();
    });
  });

  it("says so when another message is the first by then", async () => {
    const id = "cart-late";
    await block(new Visitors(7, shop.send), id);
    await expect.poll(async () => (await instanceOf("shop/cart", id)).trouble?.number).toBeTruthy();
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/status of 409/);
      await open("instance", { function: "shop/cart", id });
      await page.getByRole("button", { name: "Give up first message…" }).click();
      const { trouble } = await instanceOf("shop/cart", id);
      const query = new URLSearchParams({ function: "shop/cart", id, number: trouble.number });
      await shop.operate(`/admin/instance/skip?${query}`, { method: "POST" });
      await dialogOf(page).getByRole("button", { name: "Give up", exact: true }).click();
      await dialogOf(page).getByRole("alert").waitFor();
      expect(await dialogOf(page).getByRole("alert").textContent()).toContain("conflict");
    });
  });

  it("pauses and resumes, and shows what is there then", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instance", { function: "shop/cart", id: seeds.largeCart });
      await page.getByRole("button", { name: "Pause…" }).click();
      await confirm(page, "Pause", "a look at the photo");
      await page.getByRole("button", { name: "Resume…" }).click();
      await confirm(page, "Resume");
      await page.getByRole("button", { name: "Pause…" }).waitFor();
    });
  });

  it("loads no 10 MB value by itself", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      let bytes = 0;
      page.on("response", async (response) => {
        bytes += Number(response.headers()["content-length"] ?? 0);
      });
      await open("instance", { function: "shop/cart", id: seeds.largeCart });
      await page.getByText("10.0 MB, not loaded").waitFor();
      expect(bytes).toBeLessThan(400_000);
      await page.locator(".states > div").filter({ hasText: "photo" }).getByText("Edit…").click();
      await dialogOf(page).getByText("too large to edit here").waitFor();
      await dialogOf(page).getByRole("button", { name: "Cancel" }).click();
    });
  });

  it("edits a state, and says what its schema refuses", async () => {
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/status of 422/);
      await open("instance", { function: "shop/cart", id: blocked });
      await page.locator(".states > div").filter({ hasText: "items" }).getByText("Edit…").click();
      const value = dialogOf(page).getByLabel("Value", { exact: true });
      await value.fill('{"currency":"EUR","lines":"none"}');
      await dialogOf(page).getByRole("button", { name: "Write", exact: true }).click();
      await dialogOf(page).getByRole("alert").waitFor();
      expect(await dialogOf(page).getByRole("alert").textContent()).toMatch(/lines.*array/);
      await value.fill("{");
      await dialogOf(page).getByText("This is no JSON").waitFor();
      await value.fill('{ "currency": "EUR",\n "lines": [] }');
      await dialogOf(page).getByRole("button", { name: "Write", exact: true }).click();
      await page.getByText("items is written.").waitFor();
    });
    const { state } = await instanceOf("shop/cart", blocked);
    expect(state.items.value).toEqual({ currency: "EUR", lines: [] });
  });

  it("shows the value of another operator who was quicker, and asks again", async () => {
    const at = new URLSearchParams({ function: "shop/cart", id: blocked, name: "total" });
    const write = async (value: string) => {
      const { state } = await instanceOf("shop/cart", blocked);
      const body = new Uint8Array(Buffer.from(value));
      const headers = {
        ...{ authorization: "Bearer may-act", "statefun-admin": "1", "if-match": state.total.etag },
        ...{ "idempotency-key": `other-${value}`, "content-type": "application/json" },
      };
      const url = `${shop.url()}/admin/state?${at}`;
      expect((await fetch(url, { method: "PUT", headers, body })).status).toBe(200);
    };
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/status of 412/);
      await open("instance", { function: "shop/cart", id: blocked });
      await page.locator(".states > div").filter({ hasText: "total" }).getByText("Edit…").click();
      await dialogOf(page).getByLabel("Value", { exact: true }).fill("777");
      await write("555");
      await dialogOf(page).getByRole("button", { name: "Write", exact: true }).click();
      await dialogOf(page).getByText("Meanwhile another value was written").waitFor();
      expect(await dialogOf(page).getByLabel("There now").inputValue()).toBe("555");
      expect(await dialogOf(page).getByLabel("Value", { exact: true }).inputValue()).toBe("777");
      expect((await instanceOf("shop/cart", blocked)).state.total.value).toBe(555);
      await dialogOf(page).getByRole("button", { name: "Write over it" }).click();
      await page.getByText("total is written.").waitFor();
    });
    expect((await instanceOf("shop/cart", blocked)).state.total.value).toBe(777);
  });

  it("sets a state that is not there, forgets it, and deletes what is left with its timers", async () => {
    const id = "cart-edit";
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instance", { function: "shop/cart", id });
      const coupon = page.locator(".states > div").filter({ hasText: "coupon" });
      await coupon.getByText("Set…").click();
      await dialogOf(page).getByLabel("Value", { exact: true }).fill("NOV'26");
      await confirm(page, "Write");
      expect((await instanceOf("shop/cart", id)).state.coupon.value).toBe("NOV'26");
      await coupon.getByText("Forget…").click();
      await confirm(page, "Forget");
      await coupon.getByText("none").waitFor();
      expect((await instanceOf("shop/cart", id)).state).toEqual({});
      await open("instance", { function: "shop/cart", id: other });
      await page.getByRole("button", { name: "Delete…" }).click();
      const act = dialogOf(page).getByRole("button", { name: "Delete", exact: true });
      expect(await act.isDisabled()).toBe(true);
      await dialogOf(page).getByLabel("Type delete").fill("delete");
      await dialogOf(page).getByLabel("Cancel its timers too").check();
      await confirm(page, "Delete");
    });
    const { state, timers } = await instanceOf("shop/cart", other);
    expect({ state, timers }).toEqual({ state: {}, timers: [] });
  });

  it("shows what led to the first message, as a recording knows it", async () => {
    const id = "cart-recorded";
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instance", { function: "shop/cart", id: blocked });
      await page.getByText(/^#\d+ is not recorded/).waitFor();
      await shop.operate("/admin/recording?minutes=1", { method: "POST" });
      await block(new Visitors(9, shop.send), id);
      const trouble = async () => (await instanceOf("shop/cart", id)).trouble?.number;
      await expect.poll(trouble).toBeTruthy();
      await open("instance", { function: "shop/cart", id });
      const origin = page.getByRole("region", { name: "What led to this message" });
      await origin.getByText(`#${await trouble()}`).waitFor();
      await origin.getByText(/^HTTP/).waitFor();
      await origin.getByText(/^fails, attempt \d+$/).waitFor();
      // Beside a long outcome a colour alone would not show the link: axe says so from the tenth attempt on.
      const link = origin.locator(".lineage a").last();
      expect(await link.evaluate((a) => getComputedStyle(a).textDecorationLine)).toBe("underline");
      const mailbox = page.getByRole("region", { name: "Mailbox" });
      expect(await mailbox.locator("th").allTextContents()).toContain("Age");
      expect(await mailbox.getByText("HTTP").count()).toBe(3);
      expect(await axe(page)).toEqual([]);
    });
  });

  it("says that nothing is known of an id, or of a function", async () => {
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      await open("instance", { function: "shop/cart", id: "never-seen" });
      await page.getByText(/^No state, messages or timers for this id/).waitFor();
      expect(await page.getByText("at rest").count()).toBe(0);
      complaints.allow(/404 \(Not Found\)/);
      await open("instance", { function: "shop/nope", id: "1" });
      await page.getByText(/^No function of this name is bound/).waitFor();
      expect(await page.getByText("Send a message").count()).toBe(0);
    });
  });

  it("shows every odd id and value as text", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      for (const id of hostileIds) {
        await open("instance", { function: "shop/customer", id });
        const profile = page.locator(".states > div").filter({ hasText: "profile" });
        await profile.getByText(hostileText.slice(0, 20)).first().waitFor();
        expect(await sideways(page), JSON.stringify(id)).toBe(0);
      }
    });
  });

  it("follows what happens, and holds still under a dialog", async () => {
    const id = "cart-live";
    const visitors = new Visitors(3, shop.send);
    await visitors.fill(id);
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instance", { function: "shop/cart", id });
      let reads = 0;
      const startMs = Date.now();
      page.on("request", (request) => {
        if (request.url().includes("/admin/instance?")) reads++;
      });
      const size = () => page.locator(".states .key", { hasText: "sku" }).count();
      const first = await size();
      for (let n = 0; n < 3; n++) await visitors.fill(id);
      await expect.poll(size).toBe(first + 3);
      for (let n = 0; n < 100; n++) await visitors.fill("cart-busy");
      await page.waitForTimeout(3_000);
      expect(reads).toBeLessThanOrEqual((Date.now() - startMs) / 1_500 + 1);
      await page.getByRole("button", { name: "Pause…" }).click();
      await dialogOf(page).waitFor();
      await settled(page);
      const count = reads;
      await visitors.fill(id);
      await page.waitForTimeout(3_500);
      expect(reads).toBe(count);
    });
  });

  it("lets a reader look, and says why the buttons do nothing", async () => {
    await visit(shop.url(), { as: "reader" }, async ({ page, open, byKeyboard }) => {
      await open("instance", { function: "shop/cart", id: blocked });
      const retry = page.getByRole("button", { name: /^Retry now/ });
      expect(await retry.getAttribute("aria-disabled")).toBe("true");
      expect(await retry.getAttribute("title")).toBe("needs the role write");
      await byKeyboard("r");
      await retry.click({ force: true });
      expect(await dialogOf(page).count()).toBe(0);
    });
  });

  it("is without findings of axe with each dialog open", async () => {
    await visit(shop.url(), { theme: "dark" }, async ({ page, open, byKeyboard }) => {
      await open("instance", { function: "shop/cart", id: blocked });
      for (const name of ["Pause…", "Delete…", "Edit…", "Forget…", "Cancel…"]) {
        await page.getByRole("button", { name, exact: true }).first().click();
        await dialogOf(page).waitFor();
        await settled(page);
        expect(await axe(page), name).toEqual([]);
        await byKeyboard("Escape");
        await dialogOf(page).waitFor({ state: "detached" });
      }
    });
  });
});
