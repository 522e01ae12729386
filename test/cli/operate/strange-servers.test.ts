import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { closing } from "./app.ts";
import { operator } from "./operators.ts";
import { type Listener, serverOf } from "./proxy.ts";

const answer =
  (status: number, headers: Record<string, string>, body: string): Listener =>
  (_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
const json = { "content-type": "application/json" };
const html = { "content-type": "text/html" };

/** Bytes on a connection, whatever they mean. */
async function bytesOf(text: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What stands there, and what is said of it: of a command that reads, and of one that writes. */
const servers: readonly (readonly [name: string, Listener, code: number, says: RegExp])[] = [
  [
    "a page",
    answer(200, html, "<h1>Hello</h1>"),
    1,
    /is not from a statefun runtime: 200 text\/html: "<h1>Hello<\/h1>"/,
  ],
  [
    "a redirect",
    answer(302, { location: "https://login.example/?secret" }, ""),
    1,
    /not from a statefun runtime: 302 to "https:\/\/login.example\/"/,
  ],
  ["a page that is missing", answer(404, html, "<p>no</p>"), 1, /not from a statefun runtime: 404/],
  [
    "JSON of something else",
    answer(200, json, '["a"]'),
    1,
    /not from a statefun runtime: 200 application\/json/,
  ],
  [
    "an error of something else",
    answer(400, json, '{"error":"bad"}'),
    1,
    /not from a statefun runtime: 400/,
  ],
  ["nothing", answer(200, {}, ""), 1, /not from a statefun runtime: 200/],
  [
    "a gateway without a server",
    answer(502, html, "<h1>Bad Gateway</h1>"),
    3,
    /not from a statefun runtime: 502/,
  ],
  [
    "a code with control characters",
    answer(400, json, '{"error":{"code":"\\u001b[2J","message":"\\u001b[31m\\nred"}}'),
    1,
    /\\u001b\[31m\\nred \(\\u001b\[2J/,
  ],
  [
    "a runtime that closes",
    answer(503, json, '{"error":{"code":"draining","message":"it closes"}}'),
    3,
    /^statefun: it closes \(draining, [A-Z]+ http:\/\/127\.0\.0\.1:\d+\/\S+\)\n$/,
  ],
  [
    "a store that failed",
    answer(
      503,
      json,
      '{"error":{"code":"store_failed","message":"this may or may not have been stored"}}',
    ),
    3,
    /store_failed/,
  ],
];

describe.each(servers)("%s", (_, listener, code, says) => {
  it("is one clear line", async () => {
    const url = await serverOf(listener);
    for (const args of [["ls"], ["pause", "shop/cart", "--key", "k1"], ["tail"]]) {
      const ended = await operator(url, args);
      expect(ended, args.join(" ")).toMatchObject({ code, output: "" });
      expect(ended.errors).toMatch(says);
      expect(ended.errors).toMatch(/^statefun: [^\n]*\n$/);
      expect(ended.errors).not.toContain("writer");
    }
  });
});

describe("the outcome", () => {
  const advice = /; it is unknown whether it was done: repeat the command with --key k1\n$/;

  it.for([
    ["is unknown after a gateway's answer", answer(504, html, ""), true],
    [
      "is unknown after a store that failed",
      answer(503, json, '{"error":{"code":"store_failed","message":"m"}}'),
      true,
    ],
    [
      "is unknown after an answer that is cut",
      (_: unknown, response: Parameters<Listener>[1]) => {
        response.writeHead(200, { ...json, "content-length": "100" });
        response.write('{"count"');
        setTimeout(() => response.destroy(), 50);
      },
      true,
    ],
    [
      "is unknown after a connection that broke",
      (_: unknown, response: Parameters<Listener>[1]) => response.destroy(),
      true,
    ],
    [
      "is known of an instance that is busy",
      answer(503, json, '{"error":{"code":"busy","message":"m"}}'),
      false,
    ],
    [
      "is known after a refusal",
      answer(503, json, '{"error":{"code":"draining","message":"m"}}'),
      false,
    ],
  ] as const)("%s", async ([, listener, isUnknown]) => {
    const url = await serverOf(listener);
    for (const args of [
      ["pause", "shop/cart"],
      ["send", "shop/cart", "x", "y", "--type", "string"],
      ["replay", "7"],
    ]) {
      const ended = await operator(url, [...args, "--key", "k1"]);
      expect(ended, args.join(" ")).toMatchObject({ code: 3, output: "" });
      if (isUnknown) expect(ended.errors).toMatch(advice);
      else expect(ended.errors).not.toContain("unknown");
    }
    expect((await operator(url, ["ls"])).errors).not.toContain("unknown whether");
  });

  it("is known where nothing was reached", async () => {
    const ended = await operator("http://127.0.0.1:9", ["pause", "shop/cart"]);
    expect(ended).toMatchObject({ code: 3, output: "" });
    const refused = await operator("http://127.0.0.1:65000", ["pause", "shop/cart"]);
    expect(refused.errors).toMatch(
      /^statefun: no answer from http:\/\/127.0.0.1:65000: connect ECONNREFUSED \S+: is it running there\? --url or STATEFUN_URL name another place\n$/,
    );
    const name = await operator("http://nowhere.invalid", ["ls"]);
    expect(name).toMatchObject({ code: 3, output: "" });
    const tls = await operator((await serverOf(answer(200, {}, ""))).replace("http", "https"), [
      "ls",
    ]);
    expect(tls).toMatchObject({ code: 3, output: "" });
  });
});

describe("an answer without end", () => {
  it.for(["ls", "tail"])("does not fill the memory of %s", async (name) => {
    const media = name === "tail" ? "text/event-stream" : "application/json";
    let sent = 0;
    const url = await serverOf((_, response) => {
      response.writeHead(200, { "content-type": media });
      const piece = Buffer.alloc(65_536, "x");
      const more = (): void => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
        sent += piece.length;
      };
      response.on("drain", more);
      response.on("error", () => {});
      more();
    });
    const ended = await operator(url, [name]);
    expect(ended).toMatchObject({ code: 1, output: "" });
    expect(ended.errors).toMatch(/more than \d+ (?:bytes|characters)/);
    expect(sent).toBeLessThan(60_000_000);
  });

  it("of pages ends, where the cursor does not move", async () => {
    const url = await serverOf(answer(200, json, '{"instances":[{"id":"a"}],"next":"x"}'));
    const ended = await operator(url, ["ls", "shop/cart", "--all"]);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.errors).toMatch(/whose cursor x comes twice/);
    const replay = await operator(
      await serverOf(answer(200, json, '{"count":1,"duplicate":false,"next":"0"}')),
      ["replay", "--all", "--yes"],
    );
    expect(replay).toMatchObject({ code: 1, output: "" });
  });

  it("of rows that are none is shown all the same", async () => {
    const body = '{"functions":[null,1,{"typename":7},{"typename":"a/b","figures":"x"}],"types":0}';
    const ended = await operator(await serverOf(answer(200, json, body)), ["ls"]);
    expect(ended.code).toBe(0);
    expect(ended.output).toMatch(/^FUNCTION .*\n- +- .*\na\/b +- /);
  });
});

describe("bytes that are no HTTP", () => {
  it.for(["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc\r\n\r\n", ""])("%o", async (text) => {
    const ended = await operator(await bytesOf(text), ["ls"]);
    expect(ended).toMatchObject({ code: 3, output: "" });
    expect(ended.errors).toMatch(/^statefun: no answer from [^\n]*\n$/);
  });
});
