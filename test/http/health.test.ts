import { keep } from "statefun";
import { createRuntime, type HttpSurfaceOptions } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { createSurface } from "../../src/surface/create-surface.ts";
import { resolveSurfaceOptions } from "../../src/surface/options.ts";
import type { SurfaceHost } from "../../src/surface/surface-host.ts";
import { functions, http, keptEgresses } from "./app.ts";
import { credentials, operator, refused } from "./client.ts";

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

type Headers = Readonly<Record<string, string>>;

async function started(options?: HttpSurfaceOptions) {
  const runtime = await createRuntime({
    modules: [functions],
    egresses: keptEgresses.map((egress) => keep(egress)),
    ...(options && { http: options }),
    onError: () => {},
  });
  close = () => runtime.close({ drainMs: 0 });
  return (path: string, headers: Headers = {}, init: RequestInit = {}) =>
    runtime.fetch(new Request(`http://localhost:8080${path}`, { headers, ...init }));
}

const keys = async (response: Response) => Object.keys(Object(await response.json()));
const bare = ["status", "version", "engine"];
const figures = ["mailboxes", "parkedFunctions", "deadLetters"];

describe("health", () => {
  it.each<[string, HttpSurfaceOptions | undefined]>([
    ["no http is configured", undefined],
    ["http says nothing of it", { basePath: "" }],
    ["credentials are asked for", { authenticate: http.authenticate, expose: [] }],
    ["operators alone have credentials", { admin: http.admin }],
    ["everybody may send, and operators have credentials", { ...http, authenticate: "none" }],
  ])("tells strangers nothing but that it is up where %s", async (_, options) => {
    const ask = await started(options);
    expect(await keys(await ask("/health"))).toEqual(bare);
  });

  it("shows them to the pages that may read answers, as any other answer", async () => {
    const origins = ["https://app.example.com"];
    const ask = await started({ ...http, cors: { origins } });
    const page = { ...credentials, "sec-fetch-site": "cross-site" };
    const named = { ...page, origin: "https://app.example.com" };
    expect(await keys(await ask("/health", named))).toEqual(expect.arrayContaining(figures));
    expect(await keys(await ask("/health", { ...page, origin: "https://b.example" }))).toEqual(
      bare,
    );
  });

  it.each<[string, HttpSurfaceOptions, Headers]>([
    ["everybody is let in", { authenticate: "none" }, {}],
    ["everybody is an operator", { admin: { authenticate: "none" } }, {}],
    ["an operator asks", { admin: http.admin }, operator],
    ["a caller asks", http, credentials],
  ])(
    "tells the figures where %s, though not to a page of another origin",
    async (_, options, headers) => {
      const ask = await started(options);
      expect(await keys(await ask("/health", headers))).toEqual(expect.arrayContaining(figures));
      const page = { ...headers, "sec-fetch-site": "cross-site" };
      expect(await keys(await ask("/health", page))).toEqual(bare);
    },
  );

  it.each([
    ["ok", 200, 200],
    ["draining", 503, 200],
    ["unavailable", 503, 200],
    ["store_failed", 503, 503],
  ])(
    "says of %s whether it takes messages, and whether a new start would help",
    async (status, ready, live) => {
      const asked: boolean[] = [];
      const host: Partial<SurfaceHost> = {
        engine: "embedded",
        async health(withFigures) {
          asked.push(withFigures);
          return { status, figures: {} };
        },
      };
      const fetch = createSurface(host as SurfaceHost, resolveSurfaceOptions({}), {
        maxMessageBytes: 1,
        maxStateBytes: 1,
        onError: () => {},
      });
      const statusOf = async (path: string) => (await fetch(new Request(`http://x${path}`))).status;
      expect([await statusOf("/health"), await statusOf("/health/live")]).toEqual([ready, live]);
      // Strangers may ask as often as they like: nothing is counted for them.
      expect(asked).toEqual([false, false]);
    },
  );
});

describe("the liveness of a runtime", () => {
  it("has no figures for anybody, and is there to be read alone", async () => {
    const ask = await started({ authenticate: "none" });
    expect(await keys(await ask("/health/live"))).toEqual(bare);
    expect((await ask("/health/live", {}, { method: "HEAD" })).status).toBe(200);
    await refused(await ask("/health/live", {}, { method: "POST" }), 405, "method_not_allowed");
    await refused(await ask("/health/live/x"), 404, "not_found");
    await refused(await ask("/health/ready"), 404, "not_found");
  });
});
