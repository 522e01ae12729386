import { serve } from "statefun/node";
import { memoryStore, type Runtime } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowDirect, directOf } from "../../src/http/server-hints.ts";
import { rawClient } from "../contract/socket.ts";
import { http } from "./app.ts";
import { wayRequests } from "./direct-way-requests.ts";
import { edges } from "./edges.ts";
import { startApplication } from "./start.ts";

const open = { ...http, authenticate: "none", admin: { authenticate: "none" } } as const;
const page = "https://b.example";

/** One application behind two servers: that of a program which passes `fetch` as it is, and one with a function between. */
interface Ways {
  readonly served: string;
  readonly wrapped: string;
  readonly runtimes: readonly Runtime[];
  /** How many requests were answered as a `Request` where `fetch` was passed as it is. */
  readonly requests: () => number;
  close(): Promise<void>;
}

async function start(options: Parameters<typeof startApplication>[0]["http"]): Promise<Ways> {
  // Each has a store of its own: what one has been asked would change what the other answers.
  const make = () =>
    startApplication({ store: memoryStore(), http: options ?? {}, onError: () => {} });
  const runtimes = [await make(), await make(), await make()] as const;
  for (const one of runtimes) await one.fetch(new Request("http://localhost/health"));
  const [direct, between] = runtimes;
  let requests = 0;
  const how = directOf(direct.fetch);
  if (how === undefined || !("begin" in how)) throw new Error("fetch has no direct way");
  allowDirect(direct.fetch, {
    ...how,
    respond(request: Request) {
      requests++;
      return how.respond(request);
    },
  });
  const servers = [
    await serve({ fetch: direct.fetch, port: 0 }),
    await serve({ fetch: (request) => between.fetch(request), port: 0 }),
  ] as const;
  const [served, wrapped] = servers.map(({ port }) => `http://127.0.0.1:${port}`);
  return {
    served: served ?? "",
    wrapped: wrapped ?? "",
    runtimes,
    requests: () => requests,
    async close() {
      for (const runtime of runtimes) await runtime.close({ drainMs: 0 });
      for (const server of servers) await server.close();
    },
  };
}

/** All that is answered, without what may differ: the order of headers, the time, who the engine is. */
async function answerOf(url: string, request: string): Promise<string> {
  const client = await rawClient(url);
  await client.write(Buffer.from(request, "latin1"));
  // All but one say that they are the last one of their connection.
  const received = await client.until(/keep-alive/i.test(request) ? /\}\n$/ : /\0never\0/);
  client.destroy();
  return received
    .split(/(?=HTTP\/1\.1 \d)/)
    .map((answer) => {
      const [head = "", ...body] = answer.split("\r\n\r\n");
      return [...head.split("\r\n").sort(), ...body].join("\n");
    })
    .join("\n")
    .replace(/^Date: .*\n/gim, "")
    .replace(/"(id|identity)":"[\w-]+?(-\d+)?"/g, '"$1":"$2"')
    .replace(/(?<= to )\d{15,}/, "the end of time");
}

/** The same, as the platform's `Request` says it; undefined for what no `Request` can be. */
function requestOf(text: string): Request | undefined {
  const [head = "", body = ""] = text.split(/\r\n\r\n(.*)/s);
  const [first = "", ...lines] = head.split("\r\n");
  const [method = "", target = "", protocol] = first.split(" ");
  const headers = lines.map((line): [string, string] => [
    line.replace(/:.*/s, ""),
    line.replace(/^[^:]*:/, "").trim(),
  ]);
  const hosts = headers.filter(([name]) => /^host$/i.test(name));
  const isOdd = protocol !== "HTTP/1.1" || !/^\/(?!\/)/.test(target) || hosts.length !== 1;
  const isFramed = headers.some(([name]) => /^(?:transfer-encoding|content-length)$/i.test(name));
  if (isOdd || /[\\#]/.test(target) || (isFramed && body === "")) return undefined;
  try {
    return new Request(`http://${hosts[0]?.[1]}${target}`, {
      method,
      headers,
      ...(method === "GET" || method === "HEAD" || body === ""
        ? {}
        : { body: Buffer.from(body, "latin1") }),
    });
  } catch {
    return undefined;
  }
}

const settings = [
  ["open", open, true],
  ["open, to pages as well", { ...open, cors: { origins: [page], credentials: true } }, true],
  ["open, to any page", { ...open, cors: { origins: "any" }, basePath: "" }, true],
  ["with credentials", http, false],
] as const;

describe.each(settings)("an application that is %s", (_, options, isOpen) => {
  let ways: Ways;
  beforeAll(async () => {
    ways = await start(options);
  });
  afterAll(() => ways.close());

  const authorized = (request: string) =>
    isOpen ? request : request.replace("\r\n", "\r\nAuthorization: Bearer let-me-in\r\n");

  it.each(wayRequests.map((one) => [one.name, one] as const))(
    "answers alike with and without a Request: %s",
    async (name, { request, isDirect }) => {
      const before = ways.requests();
      const served = await answerOf(ways.served, authorized(request));
      const asked = ways.requests() - before;
      expect(served).toMatch(/HTTP\/1\.1 [2-5]/);
      expect(served).toBe(await answerOf(ways.wrapped, authorized(request)));
      // The others may be refused by the server before they are one.
      if (isDirect && (isOpen || /^liveness/.test(name))) expect(asked).toBe(0);
      const direct = requestOf(authorized(request));
      if (direct === undefined) return;
      const response = await ways.runtimes[2]?.fetch(direct);
      expect(served).toMatch(new RegExp(`HTTP/1\\.1 ${response?.status} `));
    },
  );

  it.each(edges.map((one) => [one.name, one] as const))("answers alike: %s", async (_, edge) => {
    const served = await answerOf(ways.served, edge.request);
    expect(served).toBe(await answerOf(ways.wrapped, edge.request));
  });
});
