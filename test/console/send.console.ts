import { spawn } from "node:child_process";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { copied, copiedBy, hasBrowser, settled, sideways } from "./browser.ts";
import { tokens } from "./shop/application.ts";
import { hostileIds, hostileText } from "./shop/hostile.ts";
import { seedShop } from "./shop/seed.ts";
import { type EngineName, type Shop, startShop } from "./shop/start.ts";
import { sharedBrowser } from "./visits.ts";

const sendButton = (page: Page) => page.getByRole("button", { name: "Send", exact: true }).last();
const answer = (page: Page) => page.getByRole("region", { name: "Answer" });
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });

/** What an instance has, by the API. */
async function stateOf(shop: Shop, fn: string, id: string): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({ function: fn, id });
  const { state } = await shop.operate(`/admin/instance?${query}`);
  return Object.fromEntries(
    Object.entries<{ value: unknown }>(state).map(([name, { value }]) => [name, value]),
  );
}

/** What a command prints. The shop answers in this process, so nothing may wait for it here. */
async function inBash(command: string): Promise<string> {
  const env = { ...process.env, STATEFUN_TOKEN: tokens.writer };
  const child = spawn("bash", [], { env });
  child.stdin.end(command);
  let output = "";
  child.stdout.on("data", (piece) => {
    output += piece;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return output;
}

const engines: readonly EngineName[] = ["memory", "sqlite", "workerd"];

describe.runIf(hasBrowser).each(engines)("the form of a message, on %s", (engine) => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop(engine);
    await seedShop(shop, { failed: 1, hasEndpoints: engine !== "workerd" });
  });
  afterAll(() => shop?.close());

  it("is filled in and sent by keys alone, and the message arrives", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("send");
      await field(page, "Function").focus();
      await page.keyboard.type("shop/cart");
      await page.keyboard.press("Tab");
      await page.keyboard.type("cart-by-keys");
      await field(page, "sku").focus();
      // From the text to the number.
      await page.keyboard.type("A-1009");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type("3");
      await page.keyboard.press("ControlOrMeta+Enter");
      await answer(page).getByText("accepted").waitFor();
      await answer(page).getByRole("link", { name: "shop/cart cart-by-keys" }).waitFor();
    });
    await expect
      .poll(async () => (await stateOf(shop, "shop/cart", "cart-by-keys"))["total"])
      .toBe(3 * 1490);
  });

  it("shows what the schema refuses at its field, and forgets it with the next key", async () => {
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/status of 422/);
      await open("send", { function: "shop/cart", id: "cart-wrong" });
      await field(page, "sku").fill("wrong");
      await page.getByRole("button", { name: "Add engraving" }).click();
      await page.getByRole("button", { name: "+ Item" }).click();
      await sendButton(page).click();
      await answer(page).getByText("refused").waitFor();
      const issues = page.locator(".issue");
      await expect.poll(() => issues.count()).toBe(2);
      await answer(page).getByText("Errors are shown at the fields.").waitFor();
      expect(await field(page, "sku").getAttribute("aria-invalid")).toBe("true");
      expect(await field(page, "count").getAttribute("aria-invalid")).toBe("false");
      expect(await axe(page)).toEqual([]);
      await field(page, "sku").fill("A-1009");
      expect(await issues.count()).toBe(0);
      await field(page, "0").fill("for Zoë");
      await sendButton(page).click();
      await answer(page).getByText("accepted").waitFor();
    });
  });

  it("calls, and shows what a caller is answered", async () => {
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      // This function answers nobody.
      complaints.allow(/status of 504/);
      await open("send", { function: "shop/stock", id: "A-1009", call: "true", timeoutMs: "300" });
      await field(page, "cart").fill("cart-1");
      await page.getByRole("button", { name: "Call", exact: true }).click();
      await answer(page).getByText("call_timeout").waitFor();
    });
  });
});

describe.runIf(hasBrowser)("the screen that sends", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("memory");
    await seedShop(shop, { failed: 1 });
  });
  afterAll(() => shop?.close());

  const checkout = { function: "shop/cart", id: "cart-1", type: "shop/Checkout" };

  for (const theme of ["light", "dark"] as const) {
    for (const isPhone of [false, true]) {
      it(`has nothing that axe finds, ${theme}, ${isPhone ? "on a phone" : "on a desk"}`, async () => {
        await visit(shop.url(), { theme, isPhone }, async ({ page, open }) => {
          await open("send", checkout);
          await field(page, "payment").selectOption("1");
          await page.getByRole("button", { name: "Add vatId" }).click();
          await page.getByRole("button", { name: "Add contact" }).click();
          expect(await axe(page)).toEqual([]);
          expect(await sideways(page)).toBe(0);
          await page.getByRole("button", { name: "JSON", exact: true }).click();
          expect(await axe(page)).toEqual([]);
        });
      });
    }
  }

  it("keeps the value between form and JSON, and refuses a form that would change it", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("send", checkout);
      await field(page, "customer").fill("c-1\n2");
      await field(page, "payment").selectOption("2");
      await field(page, "code").fill("NOV26XYZ");
      await page.getByRole("button", { name: "JSON", exact: true }).click();
      const text = page.getByLabel("Value as JSON");
      const value = JSON.parse(await text.inputValue());
      expect(value).toMatchObject({
        customer: "c-1\n2",
        payment: { kind: "voucher", code: "NOV26XYZ" },
      });
      await page.getByRole("button", { name: "Form", exact: true }).click();
      expect(await field(page, "code").inputValue()).toBe("NOV26XYZ");
      await page.getByRole("button", { name: "JSON", exact: true }).click();
      await text.fill('{"customer": 12345678901234567890}');
      const form = page.getByRole("button", { name: /^Form/ });
      expect(await form.getAttribute("title")).toContain("2^53");
      await text.fill('{"customer": ');
      await page.getByText(/^To send it: the value is not JSON/).waitFor();
    });
  });

  it("says all of it in the URL, and remembers what was sent until it is cleared", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("send", { function: "shop/cart", id: "cart-2" });
      await field(page, "sku").fill("A-1010");
      await expect.poll(() => page.url()).toContain("A-1010");
      await page.reload();
      await settled(page);
      expect(await field(page, "sku").inputValue()).toBe("A-1010");
      await sendButton(page).click();
      await answer(page).getByText("accepted").waitFor();
      await field(page, "sku").fill("B-0420");
      const last = page.getByRole("region", { name: "Last values" });
      await last.getByRole("button", { name: /A-1010/ }).click();
      expect(await field(page, "sku").inputValue()).toBe("A-1010");
      await page.reload();
      await settled(page);
      await last.getByRole("button", { name: "Clear" }).click();
      await last.getByText("appears here").waitFor();
      expect(await page.evaluate(() => localStorage.getItem("statefun-last-values"))).toBe("[]");
    });
  });

  it("acts on the link that was followed last, however soon a button is pressed", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      const value = '{"sku":"A-1009"}';
      await open("send", { function: "shop/cart", id: "cart-1", type: "shop/Add", value });
      const next = new URLSearchParams({
        function: "shop/cart",
        id: "cart-2",
        type: "shop/Add",
        value,
      });
      const button = page.getByRole("button", { name: "Copy as curl" });
      const command = await copied(page, () =>
        button.evaluate(async (copy: HTMLElement, query) => {
          const followed = new Promise((resolve) =>
            addEventListener("hashchange", resolve, { once: true }),
          );
          location.hash = `#/send?${query}`;
          await followed;
          // The screen is drawn, and not yet painted.
          for (let turn = 0; turn < 10; turn++) await Promise.resolve();
          copy.click();
        }, next.toString()),
      );
      expect(command).toContain("id=cart-2");
    });
  });

  it("copies a command that sends odd ids and values as they are, in a real bash", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      for (const id of hostileIds.filter((one) => !one.includes("\0"))) {
        const value = JSON.stringify({
          ...{ name: hostileText, email: "a@example.com", tags: ["vip"], newsletter: true },
        });
        const to = { function: "shop/customer", id, type: "shop/Register" };
        await open("send", { ...to, value });
        const command = await copiedBy(page.getByRole("button", { name: "Copy as curl" }));
        const stdout = await inBash(command);
        expect([id, JSON.parse(stdout)]).toEqual([
          id,
          { id: expect.any(String), duplicate: false },
        ]);
        await expect
          .poll(async () => (await stateOf(shop, "shop/customer", id))["profile"])
          .toMatchObject({ name: hostileText });
      }
    });
  });

  it("is shown to those who may look, who can copy and not send", async () => {
    await visit(shop.url(), { as: "reader" }, async ({ page, open }) => {
      await open("send", { function: "shop/cart", id: "cart-1" });
      await field(page, "sku").fill("A-1009");
      const button = page.getByRole("button", { name: /^Send \(/ });
      expect(await button.getAttribute("aria-disabled")).toBe("true");
      expect(await button.textContent()).toContain("needs the role write");
      await page.keyboard.press("ControlOrMeta+Enter");
      const copied = await copiedBy(page.getByRole("button", { name: "Copy as TypeScript" }));
      expect(copied).toContain("createClient");
      expect(await answer(page).count()).toBe(0);
    });
  });
});
