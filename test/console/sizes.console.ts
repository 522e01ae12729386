import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser } from "./browser.ts";
import { hostileIds } from "./shop/hostile.ts";
import { seedShop, seeds } from "./shop/seed.ts";
import { type Shop, startShop } from "./shop/start.ts";
import { sharedBrowser } from "./visits.ts";

describe.runIf(hasBrowser)("odd and large things in the console", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("memory");
    await seedShop(shop, { failed: 10 });
  });
  afterAll(() => shop?.close());

  it("shows instances of every odd id, and does nothing that they say", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instances", { function: "shop/customer" });
      await page.getByRole("table").waitFor();
      for (const id of hostileIds) {
        await open("instance", { function: "shop/customer", id });
        await page.getByText("profile", { exact: true }).waitFor();
        expect(await page.locator("main img, main script, main svg[onload]").count()).toBe(0);
      }
      for (const screen of ["timers", "activity", "messages", "overview"]) await open(screen);
    });
  });

  it("shows that a value has 10 MB, and does not load it", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      let received = 0;
      page.on("response", async (response) => {
        if (response.url().includes("/admin/live")) return;
        received += (await response.body().catch(() => Buffer.alloc(0))).length;
      });
      await open("instance", { function: "shop/cart", id: seeds.largeCart });
      await page.getByText(/10(\.0)? MB, not loaded/).waitFor();
      expect(received).toBeLessThan(1_000_000);
    });
  });
});
