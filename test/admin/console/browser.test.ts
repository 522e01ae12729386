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
      page.on("requestfailed", (request) => problems.push(`${request.url()} failed`));
      page.on("request", (request) => asked.push(request.url()));
      try {
        await page.goto(`${root}/admin/console`);
        await page.waitForSelector("header >> text=production");
        expect(page.url()).toMatch(`${root}/admin/console/`);
        expect(await page.title()).toContain("production");
        const api = asked.filter((one) => !one.includes("/admin/console"));
        expect(api.length).toBeGreaterThan(0);
        expect(asked.filter((one) => !one.startsWith(`${root}/admin/`))).toEqual([]);
        expect(problems).toEqual([]);
      } finally {
        await close();
      }
    },
    60_000,
  );
});
