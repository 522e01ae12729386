import type { Route } from "playwright-core";
import { consoleApp } from "statefun/console";
import { describe, expect, it } from "vitest";
import { chromiumPath, openPage } from "../../http/browser.ts";
import { start } from "../app.ts";
import { proxyOf, type Rule } from "./proxies.ts";

const admin = { authenticate: "none", console: consoleApp({ name: "production" }) } as const;

const cases: readonly (readonly [string, Rule, path: string, basePath: string])[] = [
  ["as it is", ({ url }) => ({ path: url, headers: {} }), "", ""],
  [
    "behind a proxy that strips a prefix",
    ({ url = "" }) => ({ path: url.replace(/^\/ops/, ""), headers: {} }),
    "/ops",
    "",
  ],
  [
    "behind a proxy that adds a prefix",
    ({ url }) => ({ path: `/shop${url}`, headers: {} }),
    "",
    "/shop",
  ],
];

/** A script that is loaded later. */
const chunk = /\/send-[\w-]+\.js$/;

const suite = chromiumPath === undefined ? describe.skip : describe;

suite("the console in Chromium (skipped where none is installed)", () => {
  it.each(cases)(
    "loads itself and its data from below /admin/ alone, %s",
    async (_, ...how) => {
      const [rule, path, basePath] = how;
      const { url } = await start({ http: { basePath, admin } });
      const root = `${await proxyOf(url, rule)}${path}`;
      const { page, close } = await openPage();
      const problems: string[] = [];
      const asked: string[] = [];
      page.on("console", (message) => {
        if (/error|warning/.test(message.type())) problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("requestfailed", (request) => {
        const reason = request.failure()?.errorText ?? "";
        // A screen that needs something else, or is left, ends what it reads.
        if (reason === "net::ERR_ABORTED") return;
        problems.push(`${request.url()} failed: ${reason}`);
      });
      page.on("request", (request) => asked.push(request.url()));
      try {
        await page.goto(`${root}/admin/console`);
        await page.waitForSelector("header >> text=production");
        expect(page.url()).toMatch(`${root}/admin/console/`);
        expect(await page.title()).toContain("production");
        const api = asked.filter((one) => !one.includes("/admin/console"));
        expect(api.length).toBeGreaterThan(0);
        expect(problems).toEqual([]);
        await page.goto(`${root}/admin/console/#/send`);
        await page.getByLabel("Function", { exact: true }).waitFor();
        expect(asked.filter((one) => chunk.test(one))).toEqual([
          expect.stringContaining(`${root}/admin/console/send-`),
        ]);
        expect(asked.filter((one) => !one.startsWith(`${root}/admin/`))).toEqual([]);
        expect(problems).toEqual([]);
      } finally {
        await close();
      }
    },
    60_000,
  );

  it.each([
    ["is gone, as after a deploy", (route: Route) => route.fulfill({ status: 404 })],
    ["does not come, as without a network", (route: Route) => route.abort()],
  ])(
    "says that a screen cannot be loaded whose script %s, and goes on beside it",
    async (_, answer) => {
      const { url } = await start({ http: { admin } });
      const { page, close } = await openPage();
      try {
        let asked = 0;
        page.on("request", (request) => {
          if (chunk.test(request.url())) asked += 1;
        });
        await page.route(chunk, answer);
        await page.goto(`${url}/admin/console/#/send`);
        const refusal = page.getByText(
          "This screen could not be loaded. Reload the page, or try again.",
        );
        await refusal.waitFor();
        await page.goto(`${url}/admin/console/#/system`);
        await page.getByRole("heading", { level: 1, name: "System" }).waitFor();
        expect(await refusal.count()).toBe(0);
        await page.goto(`${url}/admin/console/#/send`);
        await refusal.waitFor();
        expect(asked).toBe(2);
        await page.unroute(chunk);
        // Chromium asks again for a script that failed. Where a browser remembers it, the page has to be loaded again.
        await page.getByRole("button", { name: "Try again" }).click();
        await page.getByLabel("Function", { exact: true }).waitFor();
        expect(asked).toBe(3);
        await page.reload();
        await page.getByLabel("Function", { exact: true }).waitFor();
        expect(await refusal.count()).toBe(0);
      } finally {
        await close();
      }
    },
    60_000,
  );

  it("says that a screen is being loaded, and shows it at once the next time", async () => {
    const { url } = await start({ http: { admin } });
    const { page, close } = await openPage();
    try {
      let pass = (): void => {};
      const isPassed = new Promise<void>((resolve) => {
        pass = resolve;
      });
      let asked = 0;
      await page.route(chunk, async (route) => {
        asked += 1;
        await isPassed;
        await route.continue();
      });
      await page.goto(`${url}/admin/console/#/send`);
      await page.getByText("Reading the form…").waitFor();
      pass();
      const field = page.getByLabel("Function", { exact: true });
      await field.waitFor();
      expect(await page.locator("h1").allTextContents()).toEqual(["Send"]);
      await page.goto(`${url}/admin/console/#/system`);
      await field.waitFor({ state: "detached" });
      await page.goto(`${url}/admin/console/#/send`);
      await field.waitFor();
      expect(asked).toBe(1);
    } finally {
      await close();
    }
  });
});
