import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { isLoopback, listen } from "../../src/cli/listen.ts";
import type { Origins } from "../../src/surface/origins.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function started(host: string, origins: Origins = []) {
  const fetch = async () => new Response("in");
  const server = await listen({ fetch, host, port: 0, origins, advice: "" });
  open.push(server);
  /** The status of a request under any name. */
  return (name: string, headers: Record<string, string> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      const host = name.includes("PORT") ? name.replace("PORT", `${server.port}`) : name;
      const options = { port: server.port, method: "POST", headers: { host, ...headers } };
      const to = request({ host: "127.0.0.1", ...options }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      to.once("error", reject);
      to.end("x");
    });
}

/** Spellings of addresses that only this machine reaches, as they may be given and as they are bound. */
const loopbacks = ["127.0.0.1", "LOCALHOST", "localhost", "127.1", "127.0.0.2", "::ffff:127.0.0.1"];
const everywhere = ["0.0.0.0", "::"];

/** What a page makes a browser say. */
const pages: readonly (readonly [string, Record<string, string>])[] = [
  ["another origin", { origin: "http://evil.example" }],
  ["another port of this machine", { origin: "http://localhost:1" }],
  ["no origin that it says", { origin: "null" }],
  ["another site, by its fetch metadata", { "sec-fetch-site": "cross-site" }],
  ["the same site, by its fetch metadata", { "sec-fetch-site": "same-site" }],
  ["an origin that is no URL", { origin: "evil" }],
];

describe.each([...loopbacks, ...everywhere])("statefun dev on %s", (host) => {
  it.each(pages)("refuses pages of %s", async (_, headers) => {
    const status = await started(host);
    // On another loopback address than the one that is asked there is nobody.
    if (host === "127.0.0.2") return;
    expect(await status("127.0.0.1:PORT", headers)).toBe(401);
    expect(await status("localhost:PORT", headers)).toBe(401);
    expect(await status("localhost:PORT", { origin: "http://localhost:1", ...headers })).toBe(401);
  });

  it("refuses names that somebody else has, and lets programs and its own pages in", async () => {
    const status = await started(host);
    if (host === "127.0.0.2") return;
    for (const name of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example"]) {
      expect(await status(name), name).toBe(401);
      expect(await status(name, { origin: `http://${name}` }), name).toBe(401);
    }
    expect(await status("127.0.0.1:PORT")).toBe(200);
    expect(await status("LOCALHOST:PORT")).toBe(200);
    expect(await status("[::1]:PORT")).toBe(200);
    expect(await status("localhost", { origin: "http://localhost" })).toBe(200);
    expect(await status("localhost", { "sec-fetch-site": "same-origin" })).toBe(200);
  });
});

describe("statefun dev", () => {
  it("takes names of its network where its network reaches it, and only there", async () => {
    const names = ["app:8080", "10.1.2.3:8080", "[fe80::1]:8080", "box.local"];
    const wide = await started("0.0.0.0");
    const narrow = await started("127.0.0.1");
    for (const name of names) {
      expect(await wide(name), name).toBe(200);
      expect(await narrow(name), name).toBe(401);
    }
  });

  it("lets in the origins that it was given, and all of them by any", async () => {
    const some = await started("127.0.0.1", ["http://a.example"]);
    expect(await some("127.0.0.1", { origin: "http://a.example" })).toBe(200);
    expect(await some("a.example", { "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await some("127.0.0.1", { origin: "http://b.example" })).toBe(401);
    const any = await started("127.0.0.1", "any");
    expect(await any("evil.example", { origin: "http://b.example" })).toBe(200);
  });

  it("knows a loopback address as a socket says it and as a URL writes it", () => {
    const yes = ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "::ffff:127.0.0.1", "[::ffff:7f00:1]"];
    const no = [
      "",
      "0.0.0.0",
      "::",
      "[::]",
      "128.0.0.1",
      "1127.0.0.1",
      "127.0.0.1.x",
      "xlocalhost",
    ];
    expect(yes.filter((one) => !isLoopback(one))).toEqual([]);
    expect(no.filter(isLoopback)).toEqual([]);
  });
});
