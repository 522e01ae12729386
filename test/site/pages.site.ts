import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axe } from "../console/axe.ts";
import { chromiumPath } from "../http/browser.ts";
import { type SiteServer, serveSite } from "./built.ts";

/** A page of each kind. */
const kinds = [
  "index",
  "start/node",
  "concepts/batch",
  "operate/console",
  "operate/process",
  "reference/cli",
  "reference/admin-api",
  "reference/api/index",
  "reference/api/client",
  "inside/decisions/index",
  "404",
] as const;

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;
const desktop = { viewport: { width: 1440, height: 900 } } as const;

// Where everything is installed on purpose, a missing browser is a failure.
describe.skipIf(chromiumPath === undefined && process.env["CI"] !== "true")("the site", () => {
  let browser: Browser;
  let site: SiteServer;

  beforeAll(async () => {
    site = await serveSite();
    if (chromiumPath === undefined) throw new Error("there is no Chromium: install it");
    const args = ["--no-sandbox", "--disable-dev-shm-usage"];
    browser = await chromium.launch({ executablePath: chromiumPath, args });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Shows a page. Everything it asks of other hosts is refused, and is in `strangers`. */
  async function shown(
    context: BrowserContext,
    path: string,
  ): Promise<{ readonly page: Page; readonly strangers: readonly string[] }> {
    const strangers: string[] = [];
    await context.route("**/*", (route) => {
      const url = route.request().url();
      if (url.startsWith(site.url) || url.startsWith("data:")) return route.continue();
      strangers.push(url);
      return route.abort();
    });
    const page = await context.newPage();
    await page.goto(`${site.url}/${path}.html`, { waitUntil: "networkidle" });
    return { page, strangers };
  }

  /** By its key, which works as soon as the scripts of the page have run. */
  async function openSearch(page: Page): Promise<void> {
    const input = page.locator("#localsearch-input");
    while (!(await input.isVisible())) {
      await page.keyboard.press("/");
      await page.waitForTimeout(200);
    }
  }

  it.for(
    kinds.flatMap(
      (kind) =>
        [
          [kind, "light"],
          [kind, "dark"],
        ] as const,
    ),
  )("shows %s in %s without a finding of axe, and asks no other host", async ([kind, theme]) => {
    const context = await browser.newContext({ ...desktop, colorScheme: theme });
    const { page, strangers } = await shown(context, kind);
    const classes = (await page.locator("html").getAttribute("class")) ?? "";
    expect(classes.includes("dark")).toBe(theme === "dark");
    expect(await axe(page)).toEqual([]);
    expect(strangers).toEqual([]);
    await context.close();
  });

  it.for(kinds)("shows %s on a phone without scrolling sideways", async (kind) => {
    const context = await browser.newContext(phone);
    const { page } = await shown(context, kind);
    const sideways = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect(sideways).toBe(0);
    await context.close();
  });

  it("shows the picture of the theme, and of no other", async () => {
    for (const theme of ["light", "dark"] as const) {
      const context = await browser.newContext({ ...desktop, colorScheme: theme });
      const { page } = await shown(context, "concepts/batch");
      const sources = await page
        .locator("main img:visible")
        .evaluateAll((images) => images.map((image) => image.getAttribute("src")));
      expect(sources).toEqual([`/files/pictures/concepts/batch-${theme}.svg`]);
      await context.close();
    }
  });

  it.for([
    ["cancellationToken", "cancel"],
    ["idempotencyRetentionMs", "Options"],
    ["store_locked", "Codes"],
    ["dead letter", "Dead letter"],
  ] as const)("finds %s by its search, which needs no other host", async ([words, heading]) => {
    const context = await browser.newContext(desktop);
    const { page, strangers } = await shown(context, "index");
    await openSearch(page);
    await page.locator("#localsearch-input").fill(words);
    const results = page.locator(".results .result");
    await results.first().waitFor();
    const texts = await results.allInnerTexts();
    expect(texts.join("\n").toLowerCase()).toContain(heading.toLowerCase());
    expect(strangers).toEqual([]);
    await context.close();
  });

  it("can be used by the keyboard alone: the first Tab leads past the menu", async () => {
    const context = await browser.newContext(desktop);
    const { page } = await shown(context, "guides/types");
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").innerText()).toMatch(/skip to content/i);
    await context.close();
  });
});
