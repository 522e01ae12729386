import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { hasBrowser, sideways } from "./browser.ts";
import { cart } from "../../examples/web-shop/functions.ts";
import { seedShop } from "./shop/seed.ts";
import { type EngineName, type Shop, startShop } from "./shop/start.ts";
import { AddItem } from "../../examples/web-shop/types.ts";
import { sharedBrowser } from "./visits.ts";

const engines: readonly EngineName[] = ["memory", "sqlite"];
const list = (page: Page) => page.getByRole("region", { name: "Messages", exact: true }).last();

describe.runIf(hasBrowser).each(engines)("messages, on %s", (engine) => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop(engine);
    await seedShop(shop, { failed: 1 });
  });
  afterAll(() => shop?.close());

  const add = (id: string): Promise<unknown> =>
    shop.send(cart.at(id), AddItem.of({ sku: "A-1009", count: 1 }));

  it("teach what a recording is, and only who may act can begin one", async () => {
    await visit(shop.url(), { as: "reader" }, async ({ page, open }) => {
      await open("messages");
      await page.getByText("A recording shows where each message came from").waitFor();
      expect(await axe(page)).toEqual([]);
      const button = page.getByRole("button", { name: /^Record for 10 minutes…/ });
      expect(await button.getAttribute("aria-disabled")).toBe("true");
    });
  });

  it("are recorded after a dialog, come by themselves, and lead to their tree", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      // What the shop tries again all the time would push it from the newest ones.
      await open("messages", { function: "shop/cart" });
      await page.getByRole("button", { name: "Record for 10 minutes…" }).click();
      await page.getByLabel("Why (optional), for the activity log").fill("to see a cart");
      expect(await axe(page)).toEqual([]);
      await page.getByRole("button", { name: "Record", exact: true }).click();
      await page.getByText(/^on, (10|9) min/).waitFor();
      await add("cart-seen");
      const row = list(page).getByRole("row", { name: /HTTP shop\/cart cart-seen.*done/ });
      await row.waitFor();
      expect(await axe(page)).toEqual([]);
      // By keys: to the first row, and into it.
      await row.focus();
      await page.keyboard.press("Enter");
      const tree = page.getByRole("region", { name: "Causes and effects" });
      await tree.getByText("HTTP").waitFor();
      await expect.poll(() => tree.getByText("shop/stock A-1009").count()).toBe(1);
      await expect.poll(() => tree.getByText("shop/ledger").count()).toBe(1);
      await tree.getByText("scheduled").waitFor();
      expect(await tree.locator("[aria-current]").textContent()).toContain("cart-seen");
      expect(await axe(page)).toEqual([]);
    });
    const { activity } = await shop.operate("/admin/activity?order=newest&limit=1");
    expect(JSON.stringify(activity)).toContain("to see a cart");
  });

  it("are filtered by function, id and outcome, in the URL", async () => {
    await add("cart-one");
    await add("cart-two");
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("messages", { function: "shop/cart", id: "cart-one", is: "completed" });
      const links = list(page).locator("tbody td:nth-child(4)");
      await expect
        .poll(async () => new Set(await links.allTextContents()))
        .toEqual(new Set(["shop/cart cart-one"]));
      await page.getByLabel("Outcome").selectOption("dead");
      await page.getByText("No messages match.").waitFor();
      expect(page.url()).toContain("is=dead");
    });
  });

  it("say that one is not in the recording, and fit on a phone", async () => {
    await visit(
      shop.url(),
      { isPhone: true, theme: "dark" },
      async ({ page, open, complaints }) => {
        complaints.allow(/status of 404/);
        await open("messages");
        await list(page).getByRole("row").nth(1).waitFor();
        expect(await sideways(page)).toBe(0);
        expect(await axe(page)).toEqual([]);
        await list(page).getByRole("link").first().click();
        await page.getByRole("region", { name: "Causes and effects" }).waitFor();
        expect(await sideways(page)).toBe(0);
        expect(await axe(page)).toEqual([]);
        await open("messages", { message: "999999999", function: "shop/cart", id: "c-9" });
        await page.getByText("It is not recorded. It arrived before the recording began").waitFor();
        await page.getByRole("link", { name: "shop/cart c-9" }).waitFor();
      },
    );
  });

  it("are not recorded any more after the end, and can still be read", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("messages");
      await page.getByRole("button", { name: "End…" }).click();
      await page.getByRole("button", { name: "End", exact: true }).click();
      await page.getByText("off", { exact: true }).waitFor();
      await list(page).getByRole("row").nth(1).waitFor();
    });
  });
});

describe.runIf(hasBrowser)("messages, on workerd", () => {
  const { visit } = sharedBrowser();

  it("say why they are not recorded there", async () => {
    const shop = await startShop("workerd");
    try {
      await visit(shop.url(), {}, async ({ page, open }) => {
        await open("messages");
        await page.getByText(/^Not known here: each object knows only its own messages/).waitFor();
        expect(await axe(page)).toEqual([]);
      });
    } finally {
      await shop.close();
    }
  });
});
