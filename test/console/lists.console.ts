import type { Page } from "playwright-core";
import { int, StatefulFunctions, string } from "statefun";
import { consoleApp } from "statefun/console";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "./axe.ts";
import { hasBrowser, settled } from "./browser.ts";
import { seedShop, seeds } from "./shop/seed.ts";
import { type Shop, startShop } from "./shop/start.ts";
import { sharedBrowser } from "./visits.ts";

const rows = (page: Page) => page.locator("main tbody tr");

describe.runIf(hasBrowser)("the lists of instances, timers and activity", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("memory");
    await seedShop(shop, { failed: 12 });
  });
  afterAll(() => shop?.close());

  it("shows what is blocked over all functions, and opens it by keys", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("instances");
      await expect.poll(() => rows(page).count()).toBeGreaterThan(3);
      await byKeyboard("j Enter");
      await expect.poll(() => page.title()).toMatch(/^Instance ·/);
      await settled(page);
      await open("instances");
      await page.getByText("Seen in this tab:").waitFor();
    });
  });

  it("chooses a function, a beginning of the id, and a condition, in the URL", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instances");
      await page.getByRole("combobox", { name: "Function" }).first().selectOption("shop/cart");
      await page.getByLabel("Id begins with").fill("cart-b10");
      await expect.poll(() => rows(page).count()).toBe(2);
      await page.getByLabel("Condition").selectOption("paused");
      await expect.poll(() => rows(page).count()).toBe(0);
      expect(new URL(page.url()).hash).toBe(
        "#/instances?function=shop%2Fcart&prefix=cart-b10&is=paused",
      );
      await page.getByText("No instances match.").waitFor();
      await page.getByLabel("Condition").selectOption("");
      await page.getByLabel("Id begins with").fill("");
      await expect.poll(() => rows(page).count()).toBe(50);
      expect(await axe(page)).toEqual([]);
    });
  });

  it("reads once for what was typed, not for each key", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instances", { function: "shop/stock" });
      let reads = 0;
      page.on("request", (request) => {
        if (request.url().includes("prefix=")) reads++;
      });
      await page.getByLabel("Id begins with").pressSequentially("A-10", { delay: 30 });
      await expect.poll(() => rows(page).count()).toBe(3);
      expect(reads).toBe(1);
    });
  });

  it("opens any instance by its id", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instances");
      const form = page.getByRole("region", { name: "Open by id" });
      await form.getByLabel("Function").fill("shop/customer");
      await form.getByLabel("Id", { exact: true }).fill("<img src=x onerror=alert(1)>");
      await form.getByRole("button", { name: "Open" }).click();
      await page.getByRole("heading", { name: "<img src=x onerror=alert(1)>" }).waitFor();
    });
  });

  it("lists timers, sends one now, and cancels one", async () => {
    const timersOf = async () => (await shop.operate("/admin/timers?limit=1000")).timers.length;
    const first = await timersOf();
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("timers", { function: "shop/customer" });
      await rows(page).first().getByRole("button", { name: "Send now…" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Send now" }).click();
      await page.getByText("The message of the timer was sent.").waitFor();
      await expect.poll(timersOf).toBe(first - 1);
      await rows(page).first().getByRole("button", { name: "Cancel…" }).click();
      expect(await axe(page)).toEqual([]);
      await page.getByRole("dialog").getByRole("button", { name: "Cancel the timer" }).click();
      await page.getByText("The timer was cancelled.").waitFor();
      await expect.poll(timersOf).toBe(first - 2);
    });
  });

  it("says what operators have done, newest first, and finds it by who and what", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("activity");
      await rows(page).first().getByText("cancel timer").waitFor();
      await page.getByLabel("Action").selectOption("pause");
      await expect.poll(() => rows(page).count()).toBe(1);
      await page.getByText("the new template is not ready").waitFor();
      expect(new URL(page.url()).hash).toBe("#/activity?action=pause");
      expect(await axe(page)).toEqual([]);
    });
  });
});

describe.runIf(hasBrowser)("lists on Durable Objects", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop("workerd");
    await seedShop(shop, { failed: 12, hasEndpoints: false });
  });
  afterAll(() => shop?.close());

  it("lists ids alone, says why no trouble is known, and opens an instance by its id", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("instances");
      await page.getByText(/each object knows its own troubles/).waitFor();
      await open("instances", { function: "shop/cart" });
      await expect.poll(() => rows(page).count()).toBeGreaterThan(10);
      expect(await page.locator("main th").allTextContents()).toEqual(["Id"]);
      expect(await page.getByLabel("Condition").count()).toBe(0);
      const form = page.getByRole("region", { name: "Open by id" });
      await form.getByLabel("Id", { exact: true }).fill(seeds.blockedCarts[0]);
      await form.getByRole("button", { name: "Open" }).click();
      await page.getByRole("region", { name: "Why it is blocked" }).waitFor();
    });
  });

  it("shows the timers of one instance, and says that it needs one", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("timers");
      await page.getByText(/each instance keeps its own timers/).waitFor();
      await open("timers", { function: "shop/cart", id: seeds.blockedCarts[0] });
      await expect.poll(() => rows(page).count()).toBe(1);
    });
  });

  it("has dead letters and the activity", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters");
      await page.getByText("card service said 503").first().waitFor();
      await open("activity");
      await page.getByText("the new template is not ready").waitFor();
    });
  });
});

/** From a click on "next" to a table that begins with another row, in milliseconds. It runs in the browser. */
async function turnPage(): Promise<number> {
  const first = () => document.querySelector("main tbody tr")?.textContent;
  const before = first();
  const next = [...document.querySelectorAll("button")].find(
    ({ textContent }) => textContent === "Next",
  );
  if (next === undefined) throw new Error("there is no next page");
  const start = performance.now();
  next.click();
  while (first() === before || first() === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - start;
}

describe.runIf(hasBrowser)("100,000 instances", () => {
  const { visit } = sharedBrowser();
  const functions = new StatefulFunctions("many");
  const state = { count: { type: int, initial: 0 } };
  const [few, many] = ["many/few", "many/thing"].map((typename) =>
    functions.bind(typename as `many/${string}`, { accepts: string, state }, (context) => {
      context.state.count += 1;
    }),
  );
  let end = async () => {};
  let url = "";
  beforeAll(async () => {
    const admin = { authenticate: "none", console: consoleApp() } as const;
    const http = { expose: "all", authenticate: "none", admin } as const;
    const runtime = await createRuntime({ modules: [functions], http });
    const fill = async (fn: typeof few, count: number) => {
      for (let n = 0; n < count; n += 1_000) {
        const ids = Array.from({ length: 1_000 }, (_, at) => `thing-${n + at}`);
        await Promise.all(ids.map((id) => fn && runtime.send(fn.at(id), "x")));
      }
    };
    await fill(few, 1_000);
    await fill(many, 100_000);
    await runtime.idle();
    const server = await serve({ fetch: runtime.fetch, port: 0, hostname: "127.0.0.1" });
    url = `http://127.0.0.1:${server.port}`;
    end = async () => {
      await runtime.close({ drainMs: 0 });
      await server.close();
    };
  });
  afterAll(() => end());

  it("are turned over page by page, each by one read, and as quickly as a thousand", async () => {
    await visit(url, { as: "nobody" }, async ({ page, open }) => {
      const reads: Promise<number>[] = [];
      page.on("response", (response) => {
        if (!response.url().includes("/admin/instances/")) return;
        reads.push(response.body().then(({ length }) => length));
      });
      const shortest = async (name: string): Promise<number> => {
        await open("instances", { function: name });
        const pages: number[] = [];
        for (let n = 0; n < 15; n++) {
          pages.push(await page.evaluate(turnPage));
          expect(await rows(page).count()).toBe(50);
        }
        // A machine that is busy with something else only makes it longer.
        return Math.min(...pages);
      };
      const [ofFew, ofMany] = [await shortest("many/few"), await shortest("many/thing")];
      console.log(`a page of 1,000: ${ofFew.toFixed(0)} ms, of 100,000: ${ofMany.toFixed(0)} ms`);
      expect(ofMany / ofFew).toBeLessThan(4);
      const bytes = await Promise.all(reads);
      expect(bytes).toHaveLength(2 * 16);
      expect(Math.max(...bytes)).toBeLessThan(20_000);

      const last = await rows(page).first().textContent();
      await page.evaluate(turnPage);
      await page.getByRole("button", { name: "Back" }).click();
      await expect.poll(() => rows(page).first().textContent()).toBe(last);
    });
  });
});
