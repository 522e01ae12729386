import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { hasBrowser, sideways } from "./browser.ts";
import { seedShop } from "./shop/seed.ts";
import { type EngineName, type Shop, startShop } from "./shop/start.ts";
import { sharedBrowser } from "./visits.ts";

const engines: readonly EngineName[] = ["memory", "sqlite", "workerd"];

describe.runIf(hasBrowser).each(engines)("ways in and out, on %s", (engine) => {
  const isWorkerd = engine === "workerd";
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop(engine);
    await seedShop(shop, { failed: 1, hasEndpoints: !isWorkerd });
  });
  afterAll(() => shop?.close());

  it("says which egress waits and why, and which endpoint is down, with its functions", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("connections");
      const egresses = page.getByRole("region", { name: "Egresses", exact: true }).last();
      await egresses.getByRole("row", { name: /shop\/ledger kept/ }).waitFor();
      const endpoints = page.getByRole("region", { name: "Endpoints", exact: true });
      if (isWorkerd) {
        await endpoints.first().getByText("Not known here").waitFor();
        return;
      }
      await egresses.getByRole("row", { name: /shop\/mails waits .*smtp: 421/ }).waitFor();
      const down = endpoints.last().getByRole("row", { name: /down/ });
      await down.getByRole("link", { name: "shop/payment" }).waitFor();
      await page.getByText("No ingress. Messages arrive by HTTP or from functions.").waitFor();
    });
  });

  it("pages through the newest records of a kept egress, with the value of each", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("connections", { egress: "shop/ledger" });
      const records = page.getByRole("region", { name: "Records", exact: true }).last();
      const numbers = async (): Promise<number[]> =>
        (await records.locator("tbody td:first-child").allTextContents()).map(Number);
      const first = await numbers();
      expect(first).toHaveLength(20);
      expect(first).toEqual(first.toSorted((one, other) => other - one));
      await page.getByRole("button", { name: "Next" }).click();
      // While the next page is read, there is none.
      let second: number[] = [];
      await expect
        .poll(async () => {
          second = await numbers();
          return second.length > 0 && Math.max(...second) < Math.min(...first);
        })
        .toBe(true);
      await records.getByRole("row").nth(2).click();
      await page
        .getByRole("region", { name: `Record ${second[1]}` })
        .getByText('"onHand"')
        .waitFor();
      expect(page.url()).toContain(`record=${second[1]}`);
      await page.getByRole("button", { name: /^Back/ }).click();
      await expect.poll(numbers).toEqual(first);
    });
  });

  for (const theme of ["light", "dark"] as const) {
    it(`has nothing that axe finds, ${theme}, and nothing to scroll sideways on a phone`, async () => {
      for (const isPhone of [false, true]) {
        await visit(shop.url(), { theme, isPhone }, async ({ page, open }) => {
          await open("connections", { egress: "shop/ledger" });
          await page.getByRole("region", { name: /^Record \d/ }).waitFor();
          expect(await axe(page)).toEqual([]);
          expect(await sideways(page)).toBe(0);
        });
      }
    });
  }

  it("says that an egress which delivers keeps nothing", async () => {
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/status of 404/);
      await open("connections", { egress: "shop/mails" });
      const text = isWorkerd ? /keeps records/ : /delivered, and not kept/;
      await page.getByText(text).waitFor();
    });
  });
});
