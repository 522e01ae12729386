import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { hasBrowser, settled, sideways } from "./browser.ts";
import { networkTo } from "./network.ts";
import { places } from "./screens.ts";
import { seedShop } from "./shop/seed.ts";
import { type EngineName, type Shop, startShop } from "./shop/start.ts";
import { sharedBrowser } from "./visits.ts";

const engines: readonly EngineName[] = ["memory", "sqlite", "workerd"];

describe.runIf(hasBrowser).each(engines)("the console of a shop on %s", (engine) => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop(engine);
    const isWorkerd = engine === "workerd";
    await seedShop(shop, { failed: isWorkerd ? 40 : 300, hasEndpoints: !isWorkerd });
  });
  afterAll(() => shop?.close());

  for (const theme of ["light", "dark"] as const) {
    it(`shows every screen in the ${theme} theme, and axe finds nothing`, async () => {
      await visit(shop.url(), { theme }, async ({ page, open }) => {
        for (const { screen, params } of places) {
          await open(screen, params);
          expect(await axe(page), screen).toEqual([]);
        }
      });
    });
  }

  it("shows every screen on a phone without a way to scroll sideways", async () => {
    await visit(shop.url(), { isPhone: true }, async ({ page, open }) => {
      for (const { screen, params } of places) {
        await open(screen, params);
        expect(await sideways(page), screen).toBe(0);
        expect(await axe(page), screen).toEqual([]);
      }
    });
  });

  it("leads to every screen by keys alone", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("overview");
      for (const { screen, key, title } of places) {
        if (key === undefined) continue;
        await byKeyboard(`g ${key}`);
        await expect.poll(() => page.title()).toBe(`${title} · production · statefun`);
        expect(new URL(page.url()).hash).toBe(`#/${screen}`);
        await settled(page);
      }
    });
  });
});

describe.runIf(hasBrowser)("the frame of the console", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("memory");
    await seedShop(shop, { failed: 10 });
  });
  afterAll(() => shop?.close());

  it("asks for a token, and takes the right one only", async () => {
    await visit(shop.url(), { as: "nobody" }, async ({ page, open, complaints }) => {
      complaints.allow(/status of 401/);
      await open("overview");
      const field = page.getByLabel(/token/i);
      await field.waitFor();
      expect(await field.evaluate((one) => one === document.activeElement)).toBe(true);
      expect(await axe(page)).toEqual([]);
      await field.fill("wrong");
      await field.press("Enter");
      await page.getByRole("alert").waitFor();
      await field.fill("only-for-reading");
      await field.press("Enter");
      await page.getByText("rita (read)").waitFor();
      await page.reload();
      await page.getByText("rita (read)").waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await field.waitFor();
    });
  });

  it("says that the URL names no screen", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("functoins");
      await page.getByText("There is no screen “functoins”. This is the overview.").waitFor();
      await open("functions");
      expect(await page.getByText("There is no screen").count()).toBe(0);
    });
  });

  it("jumps to what is typed, and says what it does not understand", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("overview");
      await byKeyboard("/");
      await page.keyboard.type("nonsense");
      await byKeyboard("Enter");
      await page
        .getByText("An instance needs its function too, for example: shop/cart nonsense")
        .waitFor();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type("shop/cart <img src=x onerror=alert(1)>");
      await byKeyboard("Enter");
      await settled(page);
      const { searchParams } = new URL(page.url().replace("#/", ""));
      expect(Object.fromEntries(searchParams)).toEqual({
        function: "shop/cart",
        id: "<img src=x onerror=alert(1)>",
      });
    });
  });

  it("lists its keys, and gives the focus back", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("overview");
      await byKeyboard("?");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      expect(await axe(page)).toEqual([]);
      await byKeyboard("Escape");
      await dialog.waitFor({ state: "detached" });
      await byKeyboard("g f");
      await expect.poll(() => new URL(page.url()).hash).toBe("#/functions");
    });
  });

  it("is live, is paused by a key, and says when it has lost the server", async () => {
    const network = await networkTo(shop.url());
    try {
      await visit(network.url, {}, async ({ page, open, byKeyboard, complaints }) => {
        complaints.allow(/ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/);
        await open("overview");
        const status = page.getByRole("status").first();
        const said = (pattern: RegExp) => expect.poll(() => status.textContent()).toMatch(pattern);
        await said(/^live$/);
        await byKeyboard("p");
        await said(/^paused$/);
        await byKeyboard("p");
        await said(/^live$/);
        network.cut();
        await said(/^no connection$/);
        await page.getByText(/^No connection for .* This page shows old data\.$/).waitFor();
        network.mend();
        await expect.poll(() => status.textContent()).toMatch(/^live$/);
      });
    } finally {
      await network.close();
    }
  });

  it("works on a slow network", async () => {
    const network = await networkTo(shop.url());
    network.slow(800);
    try {
      await visit(network.url, {}, async ({ page, open }) => {
        await open("overview");
        await expect.poll(() => page.getByRole("status").first().textContent()).toBe("live");
        await page.getByRole("link", { name: /^Dead letters/ }).click();
        await expect.poll(() => page.title()).toMatch(/^Dead letters/);
      });
    } finally {
      await network.close();
    }
  });

  it("closes its stream while its tab is hidden", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      const ended: string[] = [];
      page.on("requestfailed", (request) => ended.push(request.url()));
      await open("overview");
      await expect.poll(() => page.getByRole("status").first().textContent()).toBe("live");
      // There is no way to hide a tab of a browser without a screen.
      await page.evaluate(() => {
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      });
      await expect.poll(() => ended.some((url) => url.includes("/admin/live"))).toBe(true);
    });
  });
});
