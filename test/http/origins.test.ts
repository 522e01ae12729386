import { createRuntime, type HttpSurfaceOptions } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { functions, http } from "./app.ts";

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
});

async function started(options: HttpSurfaceOptions) {
  const runtime = await createRuntime({ modules: [functions], http: options, onError: () => {} });
  close = () => runtime.close({ drainMs: 0 });
  return async (
    headers: Record<string, string>,
    path = "/functions/http/silent/1",
    method = "POST",
  ) =>
    (
      await runtime.fetch(
        new Request(`http://127.0.0.1:8080${path}`, {
          method,
          headers: { "content-type": "text/plain", ...headers },
          ...(method === "POST" ? { body: "x" } : {}),
        }),
      )
    ).status;
}

const everybody: HttpSurfaceOptions = {
  expose: ["http/silent"],
  authenticate: "none",
  admin: { authenticate: "none" },
};

/** What a browser says of a page that is not the runtime's own. */
const foreign: readonly Record<string, string>[] = [
  { origin: "https://evil.example" },
  { origin: "http://127.0.0.1:3000" },
  { origin: "null" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site", origin: "https://a.example.com" },
];

describe("a runtime without authentication", () => {
  it("lets no page of another origin change anything", async () => {
    const status = await started(everybody);
    for (const headers of foreign) {
      expect(await status(headers)).toBe(401);
      expect(await status(headers, "/health", "GET")).toBe(200);
    }
  });

  it("lets in programs, its own pages, and those behind a proxy", async () => {
    const status = await started(everybody);
    expect(await status({})).toBe(202);
    expect(await status({ origin: "http://127.0.0.1:8080" })).toBe(202);
    expect(await status({ "sec-fetch-site": "same-origin", origin: "https://a.example" })).toBe(
      202,
    );
    const forwarded = { origin: "https://a.example", "x-forwarded-host": "a.example" };
    expect(await status(forwarded)).toBe(202);
  });

  it("lets in the pages that it names", async () => {
    const status = await started({ ...everybody, origins: ["https://evil.example/"] });
    expect(foreign.length).toBeGreaterThan(0);
    expect(await status({ origin: "https://evil.example", "sec-fetch-site": "cross-site" })).toBe(
      202,
    );
    expect(await status({ origin: "https://other.example" })).toBe(401);
    await close?.();
    const any = await started({ ...everybody, origins: "any" });
    for (const headers of foreign) expect(await any(headers)).toBe(202);
  });

  it.each([["http://a.example/path"], ["a.example"], ["data:x"], [5], ["*"]])(
    "refuses %s as an origin",
    async (origin) => {
      const options = { ...everybody, origins: [origin as string] };
      await expect(createRuntime({ modules: [functions], http: options })).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringMatching(/http.origins takes origins like/),
      });
    },
  );
});

it("a runtime with authentication asks for credentials alone", async () => {
  const status = await started({ ...http, expose: ["http/silent"] });
  const headers = { authorization: "Bearer let-me-in" };
  for (const page of foreign) expect(await status({ ...headers, ...page })).toBe(202);
});

describe("a runtime whose pages have credentials that browsers send by themselves", () => {
  const session: HttpSurfaceOptions = {
    expose: ["http/silent"],
    authenticate: ({ headers }) =>
      headers.get("cookie") === "session=1" || headers.get("authorization") === "Basic YTpi",
    origins: ["https://app.example.com"],
  };
  const ambient = [{ cookie: "session=1" }, { authorization: "Basic YTpi" }];

  it.each(ambient)("lets no page of another origin use %o", async (credentials) => {
    const status = await started(session);
    for (const page of foreign) expect(await status({ ...credentials, ...page })).toBe(401);
  });

  it.each(ambient)(
    "lets in programs, its own pages and those that it names, with %o",
    async (credentials) => {
      const status = await started(session);
      expect(await status(credentials)).toBe(202);
      expect(await status({ ...credentials, "sec-fetch-site": "same-origin" })).toBe(202);
      expect(await status({ ...credentials, origin: "http://127.0.0.1:8080" })).toBe(202);
      const named = { origin: "https://app.example.com", "sec-fetch-site": "cross-site" };
      expect(await status({ ...credentials, ...named })).toBe(202);
    },
  );
});
