import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { chromiumPath } from "../http/browser.ts";
import { type Complaints, complaintsOf } from "./complaints.ts";
import { tokens } from "./shop/application.ts";

/** Whether tests in a browser can run. Where everything is installed on purpose they must not be skipped. */
export const hasBrowser: boolean = chromiumPath !== undefined || mustHaveOne();

function mustHaveOne(): boolean {
  if (process.env["CI"] === "true") return true;
  console.warn("There is no Chromium: the tests of the console in a browser are skipped.");
  return false;
}

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error("there is no Chromium: install it, or name it by STATEFUN_CHROMIUM");
  // In a container there is nothing to make a sandbox of.
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"];
  return chromium.launch({ executablePath: chromiumPath, args });
}

export type Theme = "light" | "dark";

export interface ConsoleOptions {
  /** Who looks. @default "writer" */
  readonly as?: keyof typeof tokens | "nobody";
  /** @default "light" */
  readonly theme?: Theme;
  /** A window of a phone. @default a window of 1440 × 860 */
  readonly isPhone?: boolean;
  /** The time of the page, which stands still. @default that of the machine */
  readonly atMs?: number;
  /** What stands before `/admin/console/`. @default "" */
  readonly basePath?: string;
}

export interface Console {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: Complaints;
  /** Shows a screen, and waits until it has what it asked for. */
  open(screen: string, params?: Readonly<Record<string, string>>): Promise<void>;
  /** Presses keys one after another, like `"g d j Enter"`. */
  byKeyboard(keys: string): Promise<void>;
  close(): Promise<void>;
}

const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const;

/** A window of its own, with cookies and storage of its own. */
export async function openConsole(
  browser: Browser,
  url: string,
  options: ConsoleOptions = {},
): Promise<Console> {
  const { as = "writer", theme = "light", isPhone = false, atMs, basePath = "" } = options;
  const context = await browser.newContext({
    ...(isPhone ? phone : { viewport: { width: 1440, height: 860 } }),
    colorScheme: theme,
    locale: "en-GB",
    timezoneId: "Europe/Vienna",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  if (as !== "nobody") {
    await context.addInitScript((token) => {
      sessionStorage.setItem("statefun-token", token);
    }, tokens[as]);
  }
  // Somewhat less than a test has, so that what was waited for is said.
  context.setDefaultTimeout(100_000);
  const page = await context.newPage();
  if (atMs !== undefined) await page.clock.setFixedTime(atMs);
  const complaints = await complaintsOf(page, new URL(url).origin);
  const start = `${url}${basePath}/admin/console/`;
  return {
    ...{ page, context, complaints },
    async open(screen, params = {}) {
      const query = new URLSearchParams(params);
      const hash = query.size === 0 ? `#/${screen}` : `#/${screen}?${query}`;
      await page.goto(`${start}${hash}`);
      await settled(page);
    },
    async byKeyboard(keys) {
      for (const key of keys.split(" ")) await page.keyboard.press(key);
    },
    close: () => context.close(),
  };
}

/** Until nothing of the screen is being read. */
export async function settled(page: Page): Promise<void> {
  // A screen that follows another one of the same page is not there at once.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  await page.locator("main").waitFor();
  const busy = page.locator("[aria-busy=true], .loading[role=status]");
  await busy.first().waitFor({ state: "detached", timeout: 60_000 });
}

/** How far the page can be scrolled sideways, in pixels. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

/** What a button copies. */
export function copiedBy(button: Locator): Promise<string> {
  return copied(button.page(), () => button.click());
}

/** What is copied by an action. The clipboard is emptied before, because a click ends before the browser has copied. */
export async function copied(page: Page, act: () => Promise<void>): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await act();
  for (;;) {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    if (text !== "") return text;
  }
}
