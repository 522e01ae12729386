import { createServer } from "node:net";
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

describe("of what is no runtime a client says so", () => {
  it.each<[string, number, Record<string, string>, string]>([
    ["a page", 200, { "content-type": "text/html" }, "<html>hello</html>"],
    ["a page that was accepted", 202, { "content-type": "text/html" }, "<html>hello</html>"],
    ["JSON of another shape", 202, json, '{"id":5}'],
    ["JSON that is none", 202, json, '{"id":'],
    ["null", 202, json, "null"],
    ["nothing", 204, {}, ""],
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

  it.each([301, 302, 303])("when it answers with %d, to somewhere else", async (status) => {
    const page = await listening((_, response) => response.end("<html>log in</html>"));
    const url = await listening((_, response) =>
      response.writeHead(status, { location: page }).end(),
    );
    expect((await rejection(createClient({ url }).send(counter.at("1"), 1))).code).toBe(
      "unavailable",
    );
  });

  it.each<[number, string]>([
    [400, "invalid_argument"],
    [401, "unauthenticated"],
    [403, "unauthenticated"],
    [404, "unknown_function"],
    [413, "limit_exceeded"],
    [429, "mailbox_full"],
    [503, "unavailable"],
    [504, "call_timeout"],
  ])("but understands a refusal with %d by something before it", async (status, code) => {
    const url = await listening((_, response) => response.writeHead(status).end("no"));
    expect((await rejection(createClient({ url }).send(counter.at("1"), 1))).code).toBe(code);
  });
});
