import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { hasBrowser, settled, sideways } from "./browser.ts";
import { seedShop } from "./shop/seed.ts";
import { type Shop, startShop } from "./shop/start.ts";
import { sharedBrowser } from "./visits.ts";

describe.runIf(hasBrowser)("the screens of functions", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("memory");
    await seedShop(shop, { failed: 12 });
  });
  afterAll(() => shop?.close());

  it("lists all, sorted and filtered as the URL says", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("functions");
      const names = () => page.locator("tbody tr td:first-child").allTextContents();
      expect((await names())[0]).toBe("shop/payment");
      await page.getByRole("button", { name: "Function", exact: true }).click();
      expect((await names())[0]).toBe("shop/cart");
      await page.getByRole("button", { name: /^Function/ }).click();
      expect((await names())[0]).toBe("shop/stock");
      await page.getByRole("searchbox").fill("MAIL");
      await expect.poll(names).toEqual(["shop/mailer"]);
      await page.reload();
      await expect.poll(names).toEqual(["shop/mailer"]);
      const { searchParams } = new URL(page.url().replace("#/", ""));
      expect(Object.fromEntries(searchParams)).toEqual({ sort: "-function", text: "MAIL" });
      await page.getByRole("searchbox").fill("<b>nothing</b>");
      await page.getByText("No function has “<b>nothing</b>” in its name.").waitFor();
    });
  });

  it("shows one: types with their schema, states, durations, where it runs", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("functions", { function: "shop/cart" });
      await page.locator("#main").getByText("3 blocked").waitFor();
      await page.locator("summary", { hasText: "shop/AddItem" }).click();
      await page.getByText('"sku"').first().waitFor();
      await page.getByText(/^p99$/).waitFor();
      await page.getByText("expires 1 d after a write").waitFor();
      await page.getByText("at most 50").waitFor();
      expect(await axe(page)).toEqual([]);
      await open("functions", { function: "shop/payment" });
      await page.getByText("endpoint down").waitFor();
      await page.getByText("Known only where it runs.").waitFor();
      await open("functions", { function: "no/such" });
      await page.getByText("No function of this name is bound.").waitFor();
      expect(await axe(page)).toEqual([]);
    });
  });

  it("pauses and resumes by keys alone, and shows what the server has", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("functions", { function: "shop/mailer" });
      await page.getByRole("button", { name: "Pause…" }).focus();
      await byKeyboard("Enter");
      await page.getByRole("dialog", { name: "Pause shop/mailer?" }).waitFor();
      expect(await axe(page)).toEqual([]);
      await page.keyboard.type("the server is full");
      await byKeyboard("Enter");
      await page.getByText(/^Paused by walter now: the server is full$/).waitFor();
      const { paused } = await shop.operate("/admin/paused");
      expect(paused).toContainEqual(expect.objectContaining({ typename: "shop/mailer" }));
      await page.getByRole("button", { name: "Resume…" }).focus();
      await byKeyboard("Enter");
      await page.getByRole("dialog", { name: "Resume shop/mailer?" }).waitFor();
      await byKeyboard("Enter");
      await page.getByRole("button", { name: "Pause…" }).waitFor();
      await page.getByText("shop/mailer is resumed.").waitFor();
    });
  });

  it("follows another operator who pauses it", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("functions", { function: "shop/stock" });
      await page.getByRole("button", { name: "Pause…" }).waitFor();
      await shop.operate("/admin/functions/shop/stock/pause?why=stock", { method: "POST" });
      await page.getByText("Paused by walter").waitFor();
      await shop.operate("/admin/functions/shop/stock/resume", { method: "POST" });
      await page.getByRole("button", { name: "Pause…" }).waitFor();
    });
  });

  it("says to a reader why nothing can be changed", async () => {
    await visit(shop.url(), { as: "reader" }, async ({ page, open, byKeyboard }) => {
      await open("functions", { function: "shop/cart" });
      const button = page.locator("main").getByRole("button", { name: /^Pause…/ });
      expect(await button.getAttribute("title")).toBe("needs the role write");
      await button.focus();
      await byKeyboard("Enter");
      expect(await page.getByRole("dialog").count()).toBe(0);
    });
  });

  it("fits on a phone", async () => {
    await visit(shop.url(), { isPhone: true }, async ({ page, open }) => {
      for (const params of [{}, { function: "shop/cart" }]) {
        await open("functions", params);
        expect(await sideways(page)).toBe(0);
      }
    });
  });
});

describe.runIf(hasBrowser)("the screen of the system", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("memory");
    await seedShop(shop, { failed: 12 });
  });
  afterAll(() => shop?.close());

  it("shows the engine, how long commits take, what is paused, and the errors of this run", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("system");
      await page.getByRole("list", { name: "Durations of commits" }).waitFor();
      await page.getByText("nothing", { exact: true }).waitFor();
      const errors = page.getByRole("region", { name: "Errors of this run", exact: true });
      await errors.getByText(/^20 of the last \d+$/).waitFor();
      await errors.getByRole("button", { name: "Show all" }).click();
      expect(new URL(page.url()).hash).toBe("#/system?errors=all");
      await page
        .getByRole("row", { name: /shop\/newsletter.*the new template is not ready/ })
        .waitFor();
      expect(await axe(page)).toEqual([]);
    });
  });

  it("resumes what is paused", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("system");
      const row = page.getByRole("row", { name: /shop\/newsletter/ });
      await row.getByRole("button", { name: "Resume…" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
      await page.getByText("shop/newsletter is resumed.").waitFor();
      await row.waitFor({ state: "detached" });
      await settled(page);
      await page.getByText("Nothing is paused.").waitFor();
    });
  });

  it("gives files for other programs, with the token of the operator", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("system");
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download" }).first().click();
      expect((await download).suggestedFilename()).toBe("openapi.json");
    });
  });
});
