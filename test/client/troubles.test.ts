import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { createClient } from "statefun/client";
import { describe, expect, it } from "vitest";
import { counter, silent, started } from "./application.ts";
import { listening, rejection } from "./support.ts";

const json = { "content-type": "application/json" };

describe("without an answer", () => {
  it("a client says that nobody is there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = Object(server.address());
    await new Promise((resolve) => server.close(resolve));
    const client = createClient({ url: `http://127.0.0.1:${port}` });
    for (const work of [client.send(counter.at("1"), 1), client.call(counter.at("1"), 1)]) {
      const { code, text, cause } = await rejection(work);
      expect(code).toBe("unavailable");
      expect(text).toContain(`http://127.0.0.1:${port}/functions/client/counter/1`);
      expect(cause).toBeInstanceOf(Error);
    }
  });

  it.each<[string, number | undefined]>([
    ["before it begins", undefined],
    ["in its head", 12],
    ["in its body", 90],
  ])("a client says so where the connection ends %s", async (_, length) => {
    const answer =
      "HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
    const url = await listening(({ socket }) => {
      socket.write(answer.slice(0, length ?? 0));
      setTimeout(() => socket.destroy(), 50);
    });
    const { code } = await rejection(createClient({ url }).send(counter.at("1"), 1));
    expect(code).toBe("unavailable");
  });

  it("a signal ends the waiting, with its reason", async () => {
    const { client } = await started();
    const reason = new Error("enough");
    const leave = new AbortController();
    const waiting = rejection(client.call(silent.at("1"), "x", { signal: leave.signal }));
    setTimeout(() => leave.abort(reason), 50);
    expect((await waiting).text).toBe("enough");
    const late = client.send(counter.at("1"), 1, { signal: AbortSignal.abort(reason) });
    expect((await rejection(late)).text).toBe("enough");
    expect(await client.call(counter.at("1"), 0)).toBe(0);
  });

  it.each(["send", "call"] as const)(
    "a signal ends a %s whose answer has begun, too",
    async (verb) => {
      const url = await listening((_, response) => {
        response.writeHead(verb === "send" ? 202 : 200, {
          ...json,
          "statefun-type": "io.statefun.types/int",
        });
        response.write("{");
      });
      const signal = AbortSignal.timeout(200);
      const { name } = await rejection(
        createClient({ url })[verb as "send"](counter.at("1"), 1, { signal }),
      );
      expect(name).toBe("TimeoutError");
    },
  );

  it("a call ends soon after its time, whatever the server does", async () => {
    const url = await listening((_, response) => {
      response.writeHead(200, { "statefun-type": "io.statefun.types/int" });
      response.write("x");
    });
    const { code } = await rejection(
      createClient({ url }).call(counter.at("1"), 1, { timeoutMs: 1 }),
    );
    expect(code).toBe("call_timeout");
  });
});

const html = { "content-type": "text/html" };

describe("of what is no runtime a client says so", () => {
  it.each<[string, number, Record<string, string>, string, RegExp]>([
    ["a page", 200, html, "<html>hello</html>", /200 text\/html: "<html>hello<\/html>"$/],
    ["a page that was accepted", 202, html, "<html>", /202 text\/html: "<html>"$/],
    ["JSON of another shape", 200, json, '{"id":5}', /200 application\/json: "{\\"id\\":5}"$/],
    ["JSON of another shape, accepted", 202, json, '{"id":5}', /202 application\/json: "{/],
    ["JSON that is none", 202, json, '{"id":', /202 application\/json/],
    ["null", 202, json, "null", /202 application\/json: "null"$/],
    ["nothing", 204, {}, "", /204$/],
    ["an empty page", 200, html, "", /200 text\/html$/],
    ["a long page", 200, html, "x".repeat(100_000), /200 text\/html: "x{79}…$/],
    ["a page of many lines", 200, html, "\n\n <html>\n\u001b[31m", /: "<html> \\u001b\[31m"$/],
    ["bytes", 200, {}, "\xff\xfe", /200: "ÿþ"$/],
    ["a method that it does not know", 501, {}, "", /501$/],
  ])("when it answers with %s, which no repetition changes", async (_, status, ...answer) => {
    const [headers, body, says] = answer;
    const url = await listening((_request, response) =>
      response.writeHead(status, headers).end(body),
    );
    const client = createClient({ url });
    for (const work of [client.send(counter.at("1"), 1), client.call(counter.at("1"), 1)]) {
      const { code, text } = await rejection(work);
      expect({ code, text }).toMatchObject({ code: "malformed_request" });
      expect(text).toMatch(/^the answer of "http:\/\/127\S+" is not from a statefun runtime: /);
      expect(text).toMatch(says);
    }
  });

  it("when it answers with bytes that are not of their encoding", async () => {
    const url = await listening((_, response) =>
      response.writeHead(202, { ...json, "content-encoding": "gzip" }).end("no gzip at all"),
    );
    const { code, text } = await rejection(createClient({ url }).send(counter.at("1"), 1));
    expect({ code, text }).toMatchObject({ code: "malformed_request" });
    expect(text).toMatch(/is not from a statefun runtime: its encoding should be "gzip": /);
  });

  it("but may try again where an encoded answer breaks off", async () => {
    const whole = gzipSync(JSON.stringify({ id: "1", duplicate: false, more: randomBytes(1_000) }));
    const url = await listening((_, response) => {
      const length = { "content-length": whole.length, "content-encoding": "gzip" };
      response.writeHead(202, { ...json, ...length }).write(whole.subarray(0, 100));
      setTimeout(() => response.destroy(), 50);
    });
    const { code } = await rejection(createClient({ url }).send(counter.at("1"), 1));
    expect(code).toBe("unavailable");
  });

  it.each<[string, number, Record<string, string>, string]>([
    ["a page of a proxy", 502, { "content-type": "text/html" }, "<html>bad gateway</html>"],
    ["an error of its own", 500, json, '{"error":{"code":"boom","message":"it broke"}}'],
    ["a code that it may not use", 500, json, '{"error":{"code":"context_closed","message":"x"}}'],
  ])("when it answers with %s", async (_, status, headers, body) => {
    const url = await listening((_request, response) =>
      response.writeHead(status, headers).end(body),
    );
    const client = createClient({ url });
    expect((await rejection(client.send(counter.at("1"), 1))).code).toBe("unavailable");
    expect((await rejection(client.call(counter.at("1"), 1))).code).toBe("unavailable");
  });

  it("when a proxy answers, with what it says", async () => {
    const url = await listening((_, response) =>
      response.writeHead(502, html).end("<h1>Bad Gateway</h1>"),
    );
    const { text } = await rejection(createClient({ url }).send(counter.at("1"), 1));
    expect(text).toMatch(/runtime: 502 text\/html: "<h1>Bad Gateway<\/h1>"$/);
  });

  it.each([301, 302, 303, 307, 308])(
    "when it answers with %d, to somewhere else",
    async (status) => {
      const page = await listening((_, response) => response.end("<html>log in</html>"));
      const url = await listening((_, response) =>
        response.writeHead(status, { location: `${page}?token=secret` }).end(),
      );
      const { code, text } = await rejection(createClient({ url }).send(counter.at("1"), 1));
      expect(code).toBe("malformed_request");
      expect(text).toContain(`runtime: ${status} to "${page}"`);
      expect(text).not.toContain("secret");
    },
  );

  it.each<[number, string]>([
    [400, "invalid_argument"],
    [401, "unauthenticated"],
    [403, "unauthenticated"],
    [402, "invalid_argument"],
    [404, "unknown_function"],
    [405, "invalid_argument"],
    [408, "unavailable"],
    [410, "unknown_function"],
    [413, "limit_exceeded"],
    [431, "limit_exceeded"],
    [451, "invalid_argument"],
    [429, "mailbox_full"],
    [503, "unavailable"],
    [504, "call_timeout"],
  ])("but understands a refusal with %d by something before it", async (status, code) => {
    const url = await listening((_, response) => response.writeHead(status).end("no"));
    const { code: found, text } = await rejection(createClient({ url }).send(counter.at("1"), 1));
    expect(found).toBe(code);
    expect(text).toMatch(new RegExp(`runtime: ${status}: "no"$`));
  });
});
