import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { type Console, type ConsoleOptions, launchBrowser, openConsole } from "./browser.ts";

/** One browser for all tests of a file. */
export function sharedBrowser() {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  const there = (): Browser => {
    if (browser === undefined) throw new Error("no browser");
    return browser;
  };
  return {
    browser: there,
    /** Runs a part of a test in a window, which must have nothing to complain of at the end. */
    async visit(
      url: string,
      options: ConsoleOptions,
      part: (console: Console) => Promise<void>,
    ): Promise<void> {
      const opened = await openConsole(there(), url, options);
      try {
        await part(opened);
        await opened.complaints.assertNone();
      } finally {
        await opened.close();
      }
    },
  };
}
