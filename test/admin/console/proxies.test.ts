import { randomUUID } from "node:crypto";
import { request as askOverTls } from "node:https";
import { consoleApp } from "statefun/console";
import { describe, expect, it } from "vitest";
import { http, start } from "../app.ts";
import { proxyOf, type Rule } from "./proxies.ts";

const authenticate = http.admin?.authenticate ?? "none";
const admin = { authenticate, console: consoleApp({ name: "production" }) };

interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** As a browser that trusts the proxy's certificate; redirects are not followed. */
async function seen(url: URL, given: Readonly<Record<string, string>> = {}): Promise<Seen> {
  if (url.protocol === "http:") {
    const response = await fetch(url, { redirect: "manual", headers: given });
    const { status, headers } = response;
    return { status, headers, text: await response.text() };
  }
  return new Promise((resolve, reject) => {
    const to = askOverTls(url, { rejectUnauthorized: false, headers: given }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("end", () => {
        const headers = new Headers();
        for (const [name, value] of Object.entries(response.headers)) headers.set(name, `${value}`);
        resolve({ status: response.statusCode ?? 0, headers, text });
      });
    });
    to.once("error", reject);
    to.end();
  });
}

/** Without its prefix, as `location /ops/ { proxy_pass http://app/; }` of nginx. */
const stripping =
  (prefix: string): Rule =>
  ({ url = "" }) => ({
    path: url.startsWith(prefix) ? url.slice(prefix.length) : undefined,
    headers: {},
  });

/** With another one, as a gateway in front of a service with a `basePath`. */
const adding =
  (prefix: string): Rule =>
  ({ url = "" }) => ({ path: `${prefix}${url}`, headers: {} });

/** Under a name of its own, with what such a proxy says of the first one. */
const renaming: Rule = ({ url, headers: { host = "" } }) => ({
  path: url,
  headers: { host: "app.internal", "x-forwarded-host": host, "x-forwarded-proto": "https" },
});

const cases: readonly (readonly [string, Rule, isSecure: boolean, path: string, base: string])[] = [
  ["that strips a prefix", stripping("/ops"), false, "/ops", ""],
  ["that strips a prefix of a base path", stripping("/a/b"), false, "/a/b/shop", "/shop"],
  ["that adds a prefix", adding("/shop"), false, "", "/shop"],
  ["that speaks https and has another name", renaming, true, "", ""],
];

describe.each(cases)("a proxy %s", (_, rule, isSecure, path, basePath) => {
  const begin = async () => {
    const { url } = await start({ http: { ...http, basePath, admin } });
    return `${await proxyOf(url, rule, isSecure)}${path}`;
  };

  it("leads to the page, its files and the API by the URLs that the page itself has", async () => {
    const root = await begin();
    const redirect = await seen(new URL(`${root}/admin/console`));
    expect(redirect.status).toBe(307);
    const url = new URL(redirect.headers.get("location") ?? "", `${root}/admin/console`);
    expect(url.href).toBe(`${root}/admin/console/`);
    const page = await seen(url);
    expect(page.status).toBe(200);
    expect(page.text).toContain('name="statefun-name" content="production"');
    const names = Array.from(page.text.matchAll(/(?:src|href)="?([^"\s>]+)/g), ([, one]) => one);
    expect(names).toHaveLength(3);
    for (const name of names) {
      const file = await seen(new URL(`${name}`, url));
      expect(file.status, name).toBe(200);
      expect(file.headers.get("cache-control")).toBe("no-cache");
    }
    const overview = new URL("../overview", url);
    expect((await seen(overview)).status).toBe(401);
    const operator = { authorization: "Bearer reader", "sec-fetch-site": "same-origin" };
    expect((await seen(overview, operator)).status).toBe(200);
  });
});

/** As the page acts over plain http under a name that is not this machine's: then browsers say `Origin` alone. */
const acting = (origin: string) => ({
  method: "POST",
  headers: {
    authorization: "Bearer writer",
    "statefun-admin": "1",
    "idempotency-key": randomUUID(),
    origin,
  },
});

describe("a proxy that changes Host", () => {
  const path = "/admin/functions/ops/cart/resume";
  const hiding: Rule = ({ url }) => ({ path: url, headers: { host: "app.internal" } });
  const saying: Rule = ({ url, headers: { host = "" } }) => ({
    path: url,
    headers: { host: "app.internal", "x-forwarded-host": host },
  });

  it("lets the page act if it says the first one, and only look if it does not", async () => {
    const { url } = await start({ http: { ...http, admin } });
    const said = await proxyOf(url, saying);
    expect((await fetch(`${said}${path}`, acting(said))).status).toBe(200);
    const hidden = await proxyOf(url, hiding);
    expect((await fetch(`${hidden}${path}`, acting(hidden))).status).toBe(403);
    const headers = { authorization: "Bearer reader" };
    expect((await fetch(`${hidden}/admin/overview`, { headers })).status).toBe(200);
    expect((await fetch(`${hidden}/admin/console/`)).status).toBe(200);
  });

  it("lets the page act whose origin is named", async () => {
    const shown = "http://console.example";
    const { url } = await start({ http: { ...http, admin, origins: [shown] } });
    const hidden = await proxyOf(url, hiding);
    expect((await fetch(`${hidden}${path}`, acting(shown))).status).toBe(200);
    expect((await fetch(`${hidden}${path}`, acting("http://evil.example"))).status).toBe(403);
  });
});
