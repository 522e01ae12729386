import { keep } from "statefun";
import { serve } from "statefun/node";
import { createRuntime, type HttpSurfaceOptions } from "statefun/runtime";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { functions, http, keptEgresses } from "./app.ts";
import { chromiumPath, type OpenPage, openPage } from "./browser.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A runtime on a port of its own, and what it was asked for. */
async function started(options: Partial<HttpSurfaceOptions>) {
  const runtime = await createRuntime({
    modules: [functions],
    egresses: keptEgresses.map((egress) => keep(egress)),
    http: { ...http, ...options },
    onError: () => {},
  });
  const methods: string[] = [];
  const fetch = (request: Request) => {
    methods.push(request.method);
    return runtime.fetch(request);
  };
  const server = await serve({ fetch, port: 0 });
  open.push(async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  });
  return { url: `http://127.0.0.1:${server.port}`, methods };
}

const headers = {
  authorization: "Bearer let-me-in",
  "content-type": "application/json",
  "idempotency-key": "1",
  "statefun-header-tenant": "a",
};

interface Asked {
  readonly url: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly credentials?: "include";
}

interface Seen {
  readonly status?: number;
  readonly body?: string;
  readonly type?: string | null;
  /** A header that nothing exposes. */
  readonly date?: string | null;
  readonly failure?: string;
}

/** What a page sees of a request. It runs in the browser. */
async function fetched({ url, ...init }: Asked): Promise<Seen> {
  try {
    const response = await fetch(url, init);
    const { status, headers } = response;
    const body = await response.text();
    return { status, body, type: headers.get("statefun-type"), date: headers.get("date") };
  } catch (error) {
    return { failure: String(error) };
  }
}

/** What a page reads of an event stream, until it has an event and is sent away. It runs in the browser. */
function followed({ url, untilClosed }: { url: string; untilClosed: boolean }) {
  return new Promise<{ data: string[]; isClosed: boolean }>((resolve) => {
    const source = new EventSource(url, { withCredentials: true });
    const data: string[] = [];
    source.onmessage = (event) => {
      data.push(String(event.data));
      if (untilClosed) return;
      source.close();
      resolve({ data, isClosed: false });
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) resolve({ data, isClosed: true });
    };
  });
}

const suite = chromiumPath === undefined ? describe.skip : describe;

suite("a page in Chromium (skipped where none is installed)", () => {
  let opened: OpenPage | undefined;
  beforeAll(async () => {
    opened = await openPage();
  });
  afterAll(() => opened?.close());
  const there = (): OpenPage => {
    if (opened === undefined) throw new Error("no page");
    return opened;
  };

  it("sends, calls and reads what it may read, and asks once whether it may", async () => {
    const { page, origin } = there();
    const { url, methods } = await started({ cors: { origins: [origin] } });
    const ask = (more: Record<string, string>, name = "counter") =>
      page.evaluate(fetched, {
        url: `${url}/functions/http/${name}/page`,
        method: "POST",
        body: '{"amount":2}',
        headers: { ...headers, ...more },
      });
    expect(await ask({})).toMatchObject({ status: 202, body: expect.stringMatching(/"id"/) });
    const called = await ask({ prefer: "wait=20", "idempotency-key": "2" });
    expect(called).toMatchObject({ status: 200, type: "http/Total", date: null });
    expect(JSON.parse(called.body ?? "")).toMatchObject({ total: 4 });
    expect(await ask({ prefer: "wait=20", "idempotency-key": "3" })).toMatchObject({ status: 200 });
    // One for the headers of a send, another one for `Prefer`: the third request asked nothing.
    expect(methods).toEqual(["OPTIONS", "POST", "OPTIONS", "POST", "POST"]);
    const error = await ask({ authorization: "Bearer no" });
    expect(error).toMatchObject({ status: 401, body: expect.stringMatching(/unauthenticated/) });
    const missing = await ask({}, "nobody");
    expect(missing).toMatchObject({ status: 404, body: expect.stringMatching(/unknown_function/) });
  });

  it("follows an event stream by its cookie, until that is revoked", async () => {
    const { page, origin } = there();
    const revoked = new Set<string>();
    const { url } = await started({
      cors: { origins: [origin], credentials: true },
      reauthenticateMs: 500,
      authenticate: (request) => {
        const session = /session=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
        return session !== undefined && !revoked.has(session);
      },
    });
    await page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the store of cookies has no other way on plain HTTP.
      document.cookie = "session=good; path=/";
    });
    const emit: Asked = {
      url: `${url}/functions/http/emitter/page`,
      method: "POST",
      body: "1",
      credentials: "include",
      headers: { "content-type": "application/json", "statefun-type": "io.statefun.types/int" },
    };
    const emitted = await page.evaluate(fetched, emit);
    expect(emitted).toMatchObject({ status: 202 });
    const texts = `${url}/egresses/http/texts`;
    const { data } = await page.evaluate(followed, { url: texts, untilClosed: false });
    expect(JSON.parse(data[0] ?? "")).toMatchObject({ value: "page 1" });
    const ending = page.evaluate(followed, { url: texts, untilClosed: true });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    revoked.add("good");
    // It comes back by itself, is refused, and stays away.
    expect(await ending).toMatchObject({ data: [expect.any(String)], isClosed: true });
  });

  it("of another origin reads nothing, and its message does not arrive", async () => {
    const { page } = there();
    for (const cors of [undefined, { origins: ["http://127.0.0.1:1"] }]) {
      const { url, methods } = await started({ cors });
      const to = `${url}/functions/http/counter/page`;
      const body = '{"amount":1}';
      const asked = { url: to, method: "POST", body, headers };
      const refused = await page.evaluate(fetched, asked);
      expect(refused).toEqual({ failure: expect.stringMatching(/Failed to fetch/) });
      expect(methods).toEqual(["OPTIONS"]);
      const read = await page.evaluate(fetched, { url: `${url}/health` });
      expect(read).toEqual({ failure: expect.stringMatching(/Failed to fetch/) });
    }
  });

  it("of any origin reads where that is allowed, without the cookies of the browser", async () => {
    const { page } = there();
    const { url } = await started({ cors: { origins: "any" } });
    const health = `${url}/health`;
    expect(await page.evaluate(fetched, { url: health })).toMatchObject({ status: 200 });
    const withCookies = { url: health, credentials: "include" } as const;
    expect(await page.evaluate(fetched, withCookies)).toEqual({
      failure: expect.stringMatching(/Failed to fetch/),
    });
  });
});
