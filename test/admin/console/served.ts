import { expect, it } from "vitest";
import { scripts } from "../../../src/console/assets.ts";

/** What is served: the page and its files, by what stands behind `/admin/console/`. */
export const files: readonly (readonly [name: string, type: string])[] = [
  ["", "text/html; charset=utf-8"],
  ...Object.keys(scripts).map((name) => [name, "text/javascript; charset=utf-8"] as const),
  ["app.css", "text/css; charset=utf-8"],
  ["icon.svg", "image/svg+xml; charset=utf-8"],
];

/** All that a page may do, in the order of the design. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const hardening = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/** What a browser says, and a program may, that the routes beside the page refuse. */
const strangers: readonly (readonly [string, Record<string, string>])[] = [
  ["a link on a page of another site", { "sec-fetch-site": "cross-site" }],
  ["a page of the same site", { "sec-fetch-site": "same-site" }],
  ["an origin that is not let in", { origin: "http://evil.example" }],
  ["credentials of nobody", { authorization: "Bearer nobody" }],
];

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** The promises of a mounted console, wherever it is mounted. `ask` takes what stands behind the base path. */
export function registerServed(ask: Ask): void {
  const headersOf = (response: Response) =>
    Object.fromEntries(Object.keys(hardening).map((name) => [name, response.headers.get(name)]));

  it.each(files)(
    "serves %j with a type, a tag and what keeps it from strangers",
    async (name, type) => {
      const response = await ask(`/admin/console/${name}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe(type);
      expect(response.headers.get("etag")).toMatch(/^"[!#-~]+"$/);
      expect(headersOf(response)).toEqual(hardening);
      expect((await response.text()).length).toBeGreaterThan(0);
    },
  );

  it.each(files)("HEAD of %j is as GET, without a body", async (name, type) => {
    const response = await ask(`/admin/console/${name}`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(headersOf(response)).toEqual(hardening);
    expect(await response.text()).toBe("");
  });

  it.each(files)("answers 304 to a browser that has %j", async (name) => {
    const path = `/admin/console/${name}`;
    const etag = (await ask(path)).headers.get("etag") ?? "";
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, `"other",W/${etag}`, "*"]) {
      const response = await ask(path, { headers: { "if-none-match": known } });
      expect(response.status, known).toBe(304);
      expect(response.headers.get("etag")).toBe(etag);
      expect(headersOf(response)).toEqual(hardening);
      expect(await response.text()).toBe("");
    }
    for (const other of ['"other"', etag.slice(1, -1), `${etag.slice(0, -1)}x"`]) {
      const response = await ask(path, { headers: { "if-none-match": other } });
      expect(response.status, other).toBe(200);
    }
  });

  it("redirects to the path with a slash, relatively", async () => {
    for (const method of ["GET", "HEAD"]) {
      const response = await ask("/admin/console", { method, redirect: "manual" });
      expect(response.status).toBe(307);
      expect(response.headers.get("location")).toBe("console/");
      expect(headersOf(response)).toEqual(hardening);
    }
  });

  it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])("%s is not allowed", async (method) => {
    for (const path of ["/admin/console", ...files.map(([name]) => `/admin/console/${name}`)]) {
      const response = await ask(path, { method, redirect: "manual" });
      expect(response.status, path).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD");
      expect(await response.json()).toMatchObject({ error: { code: "method_not_allowed" } });
    }
  });

  it.each([
    ...["index.html", "app.js/", "/", "app.mjs", "APP.JS", "__proto__", "constructor", "app.js%00"],
    ...["..%2Foverview", "%2Fapp.js", "<script>", "graph", "console/"],
  ])("has nothing at %s", async (name) => {
    const response = await ask(`/admin/console/${name}`);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(headersOf(response)).toEqual(hardening);
    expect(await response.json()).toMatchObject({ error: { code: "not_found" } });
  });

  it.each(strangers)("serves the page to everybody: %s", async (_, headers) => {
    for (const [name] of files) {
      const response = await ask(`/admin/console/${name}`, { headers });
      expect(response.status, name).toBe(200);
      await response.arrayBuffer();
    }
  });

  it("is a page whose own URLs are relative, without a script or a style in its text", async () => {
    const text = await (await ask("/admin/console/")).text();
    const urls = Array.from(text.matchAll(/(?:src|href)="?([^"\s>]+)/g), ([, url]) => url ?? "");
    expect(urls.toSorted()).toEqual(["app.css", "app.js", "icon.svg"]);
    expect(text).not.toMatch(/<script[^>]*>[^<]|<style| style=| on\w+=|javascript:|data:|<base/i);
  });
}
