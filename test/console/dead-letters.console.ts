import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ActivityRow } from "../../src/console/page/api/types.ts";
import { axe } from "./axe.ts";
import { hasBrowser, settled } from "./browser.ts";
import { networkTo } from "./network.ts";
import { deadLetters } from "./shop/operator.ts";
import { type Shop, startShop } from "./shop/start.ts";
import { Visitors } from "./shop/visitors.ts";
import { sharedBrowser } from "./visits.ts";

/** Of the card service; the others are refused. */
const failed = 60;
const refused = ["expired", "no funds", "no funds"];

describe.runIf(hasBrowser)("a replay of many over a crash", () => {
  const { visit } = sharedBrowser();

  it("goes on after kill -9 and a restart, and does nothing twice", async () => {
    const shop = await startShop("sqlite");
    try {
      const visitors = new Visitors(1, shop.send);
      await visitors.register();
      await shop.setPay("broken");
      await visitors.orders(failed);
      await shop.dead(failed);
      await shop.setPay("fine");
      await visit(shop.url(), {}, async ({ page, open, complaints }) => {
        complaints.allow(/net::ERR_/);
        await open("dead-letters");
        await page.getByRole("button", { name: /^Replay all/ }).click();
        await page.getByLabel(`Type ${failed}`).fill(String(failed));
        await page.getByRole("button", { name: `Replay ${failed}`, exact: true }).click();
        const bar = page
          .getByRole("region", { name: "Dead letters: what is under way" })
          .getByRole("status");
        await expect.poll(() => bar.textContent()).toMatch(/^Replaying: [1-4]0 of/);
        await shop.kill();
        await expect.poll(() => bar.textContent()).toMatch(/continues when there is an answer/);
        await shop.start();
        await expect.poll(() => bar.textContent()).toBe(`Replayed ${failed}.`);
      });
      expect(await deadLetters(shop.operate)).toBe(0);
      // Each letter was sent again once: every page stands in the log once.
      const { activity } = await shop.operate("/admin/activity");
      const counts = activity.map((one: ActivityRow) => Object(one.record?.["result"]).count);
      expect(counts.reduce((sum: number, one: number) => sum + one, 0)).toBe(failed);
    } finally {
      await shop.close();
    }
  });
});

describe.runIf(hasBrowser)("the screen of dead letters", () => {
  const { visit } = sharedBrowser();
  let shop: Shop;
  let visitors: Visitors;
  beforeAll(async () => {
    shop = await startShop("memory");
    visitors = new Visitors(1, shop.send);
    await visitors.register();
  });
  /** Every test begins with the same letters. */
  beforeEach(async () => {
    const headers = { "idempotency-key": `discard-${Math.random()}` };
    const asked = { method: "POST", body: { limit: 1_000 }, headers };
    await shop.operate("/admin/dead-letters/discard", asked);
    await shop.setPay("broken");
    await visitors.orders(failed);
    await shop.dead(failed);
    await shop.setPay("fine");
    for (const reason of refused) await visitors.order(`refused:${reason}`);
    await shop.dead(failed + refused.length);
  });
  afterAll(() => shop?.close());

  const groups = (page: Page) =>
    page.getByLabel("Dead letters grouped by error").locator("tbody tr");
  const group = (page: Page, reason: string) => groups(page).filter({ hasText: reason });
  const letters = (page: Page) =>
    page.getByLabel("Dead letters", { exact: true }).locator("tbody tr");
  const dialogOf = (page: Page) => page.getByRole("dialog");
  const bar = (page: Page) =>
    page.getByRole("region", { name: "Dead letters: what is under way" }).getByRole("status");
  const start = async (page: Page, kind: string, count: number) => {
    const dialog = dialogOf(page);
    await dialog.getByRole("heading", { name: `${kind} ${count} dead letters?` }).waitFor();
    if (count > 10) await dialog.getByLabel(`Type ${count}`).fill(String(count));
    await dialog.getByLabel(/^Why/).fill("the service is back");
    await dialog.getByRole("button", { name: `${kind} ${count}`, exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  };

  it("groups letters by error, and shows those of a group", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("dead-letters");
      await expect.poll(() => groups(page).count()).toBe(3);
      await page.getByText(`${failed + 3} kept`).waitFor();
      await byKeyboard("j Enter");
      await settled(page);
      expect(new URL(page.url()).hash).toContain("group=shop%2Fpayment+failed+card+service+said");
      await expect.poll(() => letters(page).count()).toBe(50);
      await page.getByRole("button", { name: "Next" }).click();
      await expect.poll(() => letters(page).count()).toBe(10);
      await page.reload();
      await settled(page);
      await expect.poll(() => letters(page).count()).toBe(10);
      expect(await axe(page)).toEqual([]);
    });
  });

  it("finds them by function, code, text and time", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters");
      await page.getByLabel("Text in the reason").fill("no funds");
      await expect.poll(() => groups(page).count()).toBe(1);
      await expect.poll(() => letters(page).count()).toBe(2);
      await page.getByLabel("Text in the reason").fill("");
      await page.getByLabel("Function", { exact: true }).selectOption("shop/payment");
      await expect.poll(() => groups(page).count()).toBe(3);
      await page.getByLabel(/^Given up since/).fill("2099-01-01T03:00");
      await page.getByText("No dead letters match.").waitFor();
      await expect.poll(() => letters(page).count()).toBe(0);
      const hash = new URL(page.url()).hash;
      expect(hash).toContain(`since=${Date.UTC(2099, 0, 1, 3)}`);
    });
  });

  it("replays one by a key, and says what it would do", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("dead-letters");
      await group(page, "card service").click();
      await page.getByRole("region", { name: "shop/payment · failed" }).waitFor();
      await settled(page);
      await byKeyboard("r");
      await dialogOf(page)
        .getByText(/added at the end of the mailbox/)
        .waitFor();
      await byKeyboard("Enter");
      await page.getByText(/^Dead letter \d+ is replayed\.$/).waitFor();
      await expect.poll(() => deadLetters(shop.operate)).toBe(failed + 2);
      await group(page, "card service")
        .getByText(String(failed - 1), { exact: true })
        .waitFor();
    });
  });

  it("discards those that are chosen", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters", { text: "no funds" });
      await page.getByRole("button", { name: "Choose all on this page" }).click();
      await page.getByText("2 chosen").waitFor();
      await page.getByRole("button", { name: "Discard 2" }).click();
      await dialogOf(page).getByRole("button", { name: "Discard 2" }).click();
      await page.getByText("2 dead letters are discarded.").waitFor();
      await expect.poll(() => deadLetters(shop.operate)).toBe(failed + 1);
    });
  });

  it("counts in a group what is left by the time, as its dialog does", async () => {
    const since = Date.now();
    await shop.setPay("broken");
    await visitors.orders(5);
    await shop.dead(failed + refused.length + 5);
    await shop.setPay("fine");
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters", { since: String(since) });
      await page.getByText("5 match").waitFor();
      await expect.poll(() => groups(page).count()).toBe(1);
      await group(page, "card service").getByText("5", { exact: true }).waitFor();
      await group(page, "card service").getByRole("button", { name: "Replay…" }).click();
      await dialogOf(page).getByRole("heading", { name: "Replay 5 dead letters?" }).waitFor();
    });
  });

  it("says before a replay of all which kinds it takes, and which would wait", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters");
      await page.getByRole("button", { name: /^Replay all/ }).click();
      const kinds = dialogOf(page).getByRole("listitem");
      await kinds.filter({ hasText: /^60 of shop\/payment: .*card service/ }).waitFor();
      await kinds.filter({ hasText: /^2 of shop\/payment: .*no funds/ }).waitFor();
      expect(await dialogOf(page).locator("button.primary").count()).toBe(0);
    });
  });

  it("replays a group on every screen, and leaves the others alone", async () => {
    await visit(shop.url(), {}, async ({ page, open, byKeyboard }) => {
      await open("dead-letters");
      await group(page, "card service").getByRole("button", { name: "Replay…" }).click();
      await start(page, "Replay", failed);
      await expect.poll(() => bar(page).textContent()).toMatch(/^Replaying: /);
      await byKeyboard("g a");
      await expect.poll(() => page.title()).toMatch(/^Activity/);
      await expect.poll(() => bar(page).textContent()).toMatch(/^Replaying: /);
      expect(await axe(page)).toEqual([]);
      await expect.poll(() => bar(page).textContent()).toBe(`Replayed ${failed}.`);
      await expect.poll(() => deadLetters(shop.operate)).toBe(refused.length);
      await page.getByRole("button", { name: /^Refresh/ }).click();
      await page.getByRole("cell", { name: "replay" }).first().waitFor();
      await page.getByText("the service is back").first().waitFor();
    });
  });

  it("takes no letter that comes after the count", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters");
      await group(page, "card service").getByRole("button", { name: "Discard…" }).click();
      await dialogOf(page)
        .getByRole("heading", { name: `Discard ${failed}` })
        .waitFor();
      await shop.setPay("broken");
      await visitors.orders(5);
      await shop.dead(failed + refused.length + 5);
      await start(page, "Discard", failed);
      await expect.poll(() => bar(page).textContent()).toBe(`Discarded ${failed}.`);
    });
    expect(await deadLetters(shop.operate)).toBe(refused.length + 5);
  });

  it("stops by itself when letters come back", async () => {
    await shop.setPay("broken");
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters");
      await group(page, "card service").getByRole("button", { name: "Replay…" }).click();
      await start(page, "Replay", failed);
      await expect
        .poll(() => bar(page).textContent())
        .toMatch(/^Stopped: replayed letters fail again\. \d+ of 60 replayed, at least 10 new/);
      await expect.poll(() => deadLetters(shop.operate)).toBe(failed + refused.length);
    });
  });

  it("is stopped, and says how far it came", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters");
      await group(page, "card service").getByRole("button", { name: "Replay…" }).click();
      await dialogOf(page).getByLabel("Letters a second").selectOption("5");
      await start(page, "Replay", failed);
      await expect.poll(() => bar(page).textContent()).toMatch(/^Replaying: [369] of 60/);
      await page.getByRole("button", { name: "Stop" }).click();
      await expect.poll(() => bar(page).textContent()).toMatch(/^Stopped\. Replayed \d+ of 60\./);
    });
    expect(await deadLetters(shop.operate)).toBeGreaterThan(refused.length + 30);
  });

  it("goes on after a cut of the network, and does nothing twice", async () => {
    const network = await networkTo(shop.url());
    try {
      await visit(network.url, {}, async ({ page, open, complaints }) => {
        complaints.allow(/net::ERR_/);
        await open("dead-letters");
        await group(page, "card service").getByRole("button", { name: "Replay…" }).click();
        await start(page, "Replay", failed);
        await expect.poll(() => bar(page).textContent()).toMatch(/^Replaying: [1-4]0 of/);
        network.cut();
        await expect
          .poll(() => bar(page).textContent())
          .toMatch(/continues when there is an answer/);
        network.mend();
        await expect.poll(() => bar(page).textContent()).toBe(`Replayed ${failed}.`);
      });
    } finally {
      await network.close();
    }
    expect(await deadLetters(shop.operate)).toBe(refused.length);
  });

  it("asks before a tab is closed under it", async () => {
    await visit(shop.url(), {}, async ({ page, open, complaints }) => {
      complaints.allow(/^dialog: /);
      await open("dead-letters");
      await group(page, "card service").getByRole("button", { name: "Replay…" }).click();
      await start(page, "Replay", failed);
      await expect.poll(() => bar(page).textContent()).toMatch(/stops if you close this tab/);
      await page.close({ runBeforeUnload: true });
      await expect.poll(() => complaints.all).toEqual([]);
      expect(page.isClosed()).toBe(false);
      await expect.poll(() => bar(page).textContent()).toBe(`Replayed ${failed}.`);
    });
  });

  it("copies a letter as curl, and fills the screen that sends", async () => {
    await visit(shop.url(), {}, async ({ page, open }) => {
      await open("dead-letters");
      await page.getByRole("button", { name: "Copy as curl" }).click();
      await page.getByText("Copied the command.").waitFor();
      const text = await page.evaluate(() => navigator.clipboard.readText());
      expect(text).toContain("/admin/send?function=shop%2Fpayment&id=p-");
      expect(text).toContain("--header 'Statefun-Type: shop/Charge'");
      await page.getByRole("button", { name: "Edit and send…" }).click();
      await expect
        .poll(() => new URL(page.url()).hash)
        .toMatch(/^#\/send\?function=shop%2Fpayment/);
    });
  });

  it("lets a reader look, and change nothing", async () => {
    await visit(shop.url(), { as: "reader" }, async ({ page, open }) => {
      await open("dead-letters");
      for (const name of [/^Replay…/, /^Discard…/, /^Replay all/]) {
        const button = page.getByRole("button", { name }).first();
        expect(await button.getAttribute("aria-disabled")).toBe("true");
      }
    });
  });

  it("is without findings of axe with its dialogs open", async () => {
    await visit(shop.url(), { theme: "dark" }, async ({ page, open, byKeyboard }) => {
      await open("dead-letters");
      for (const name of ["Replay…", "Discard…"]) {
        await group(page, "card service").getByRole("button", { name }).click();
        await dialogOf(page).getByLabel(`Type ${failed}`).waitFor();
        expect(await axe(page), name).toEqual([]);
        await byKeyboard("Escape");
        await dialogOf(page).waitFor({ state: "detached" });
      }
    });
  });
});
