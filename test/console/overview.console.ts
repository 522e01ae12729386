import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { hasBrowser, settled, sideways } from "./browser.ts";
import { networkTo } from "./network.ts";
import { seedShop } from "./shop/seed.ts";
import { type Shop, startShop } from "./shop/start.ts";
import type { Visitors } from "./shop/visitors.ts";
import { sharedBrowser } from "./visits.ts";

/** Boxes of the picture that must not touch: nodes, and what stands at lines. */
const boxesOf = (page: Page) =>
  page.locator(".graph .node, .graph svg text").evaluateAll((all) =>
    all.map((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return { text: one.textContent, left, right, top, bottom };
    }),
  );

describe.runIf(hasBrowser)("the overview", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  let visitors: Visitors;
  beforeAll(async () => {
    shop = await startShop("memory");
    visitors = await seedShop(shop, { failed: 60 });
  });
  afterAll(() => shop?.close());

  it("says what needs an operator, worst first, with links to where it is mended", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("overview");
      const cards = page.locator(".need");
      await expect.poll(() => cards.count()).toBe(4);
      const [down, letters, blocked, mails] = await cards.allTextContents();
      expect(down).toMatch(/is down.*20 messages wait/s);
      expect(letters).toMatch(/^60 dead letters, shop\/payment.*card service said 503/s);
      expect(blocked).toMatch(/^3 instances are blocked.*reading 'price'/s);
      expect(mails).toMatch(/^shop\/mails: [\d,]+ not delivered.*smtp: 421 too many/s);
      await page.getByText("5 things").waitFor();
      await page.getByRole("link", { name: "Show all 5" }).click();
      await expect.poll(() => cards.count()).toBe(5);
      // A card opens what it counts.
      await cards.nth(2).click();
      await settled(page);
      expect(await page.locator("tr[data-row]").count()).toBe(3);
      await open("overview");
      await cards.nth(1).click();
      await settled(page);
      const { searchParams } = new URL(page.url().replace("#/", ""));
      expect(searchParams.get("group")).toMatch(/^shop\/payment failed .*card service said/);
    });
  });

  for (const theme of ["light", "dark"] as const) {
    it(`draws who sends to whom, where nothing covers anything, in the ${theme} theme`, async () => {
      await visit(shop.url(), { theme }, async ({ page, open }) => {
        await open("overview");
        await page.locator(".graph .node").first().waitFor();
        const boxes = await boxesOf(page);
        expect(boxes.length).toBeGreaterThan(8);
        for (const [index, one] of boxes.entries()) {
          for (const other of boxes.slice(index + 1)) {
            const isApart =
              one.right <= other.left ||
              other.right <= one.left ||
              one.bottom <= other.top ||
              other.bottom <= one.top;
            expect(isApart, JSON.stringify([one, other])).toBe(true);
          }
        }
        const payment = page.locator(".node", { hasText: "shop/payment" });
        expect(await payment.getAttribute("class")).toContain("bad");
        expect(await payment.textContent()).toMatch(/down .*20 wait/);
        expect(await axe(page)).toEqual([]);
      });
    });
  }

  it("keeps nodes where they are while numbers change, and follows new messages", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("overview");
      await page.getByText("messages a second, last 10 s").waitFor();
      const places = () =>
        page.locator(".node").evaluateAll((all) => all.map((one) => one.getAttribute("style")));
      const cart = page.locator(".node", { hasText: "shop/cart" });
      // What the shop began with goes on for a moment.
      await expect.poll(() => cart.textContent()).toContain("shop/cart0/s");
      const before = await places();
      const idle = await cart.textContent();
      for (let n = 0; n < 10; n++) await visitors.register();
      await page.locator(".graph svg text").first().waitFor();
      expect(await places()).toEqual(before);
      expect(await cart.textContent()).toBe(idle);
    });
  });

  it("is a table too, which a link opens", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("overview");
      await page.getByRole("button", { name: "As a table" }).focus();
      await byKeyboard("Enter");
      const row = page.getByRole("row", { name: /shop\/cart function shop\/stock/ });
      await row.waitFor();
      expect(new URL(page.url()).hash).toBe("#/overview?graph=table");
      await page.reload();
      await row.waitFor();
      expect(await axe(page)).toEqual([]);
    });
  });

  it("is walked by keys: nodes are links, and rows of functions open", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("overview");
      await page.locator("a.node", { hasText: "shop/stock" }).focus();
      await byKeyboard("Enter");
      await expect.poll(() => page.url()).toContain("function=shop%2Fstock");
      await byKeyboard("g o");
      await page.locator("tr[data-row]").first().waitFor();
      await byKeyboard("j j Enter");
      await expect.poll(() => page.url()).toContain("#/functions?function=shop%2F");
    });
  });

  it("asks for rates once in five seconds, and for nothing else while nothing is bound or paused", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("overview");
      await expect.poll(() => page.getByRole("status").first().textContent()).toBe("live");
      await page.waitForTimeout(2_500);
      const asked: string[] = [];
      const startMs = Date.now();
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await page.waitForTimeout(10_000);
      expect([...new Set(asked)]).toEqual(["/admin/rates"]);
      expect(asked.length).toBeLessThanOrEqual((Date.now() - startMs) / 5_000 + 1);
    });
  });

  it("says first that the connection is lost, and takes it back", async () => {
    const network = await networkTo(shop.url());
    try {
      await visit(network.url, {}, async ({ page, open, complaints }) => {
        complaints.allow(/ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/);
        await open("overview");
        await page.locator(".need").first().waitFor();
        network.cut();
        await expect
          .poll(() => page.locator(".need").first().textContent())
          .toContain("No connection");
        network.mend();
        await expect.poll(() => page.locator(".need").first().textContent()).toContain("is down");
      });
    } finally {
      await network.close();
    }
  });

  it("fits on a phone", async () => {
    await visit(shop.url(), { isPhone: true }, async ({ page, open }) => {
      await open("overview");
      await page.locator(".node").first().waitFor();
      expect(await sideways(page)).toBe(0);
    });
  });
});

describe.runIf(hasBrowser)("the overview of an engine without figures", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("workerd");
  });
  afterAll(() => shop?.close());

  it("says why it has no graph and no rates, and lists its functions", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("overview");
      await page.getByText("there is no graph of who sends to whom").waitFor();
      await page.getByText("nothing that this engine can tell").waitFor();
      await page.getByRole("link", { name: "shop/cart" }).waitFor();
      expect(await page.getByRole("columnheader").allTextContents()).toEqual([
        "Function",
        "Runs",
        "Dead",
      ]);
      expect(await axe(page)).toEqual([]);
    });
  });
});
