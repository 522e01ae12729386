import { createClient } from "statefun/client";
import { describe, expect, it } from "vitest";
import { counter, echo, mirror, silent, started } from "./application.ts";
import { rejection } from "./support.ts";

const unknown = (value: unknown): never => value as never;

describe("options of a client", () => {
  it.each<[string, object]>([
    ["no url", {}],
    ["what is no url", { url: "localhost:8080/x y" }],
    ["a path", { url: "/api" }],
    ["another protocol", { url: "ftp://localhost" }],
    ["a query", { url: "http://localhost?a=1" }],
    ["a fragment", { url: "http://localhost#a" }],
    ["credentials in the url", { url: "http://user:password@localhost" }],
    ["a fetch that is none", { url: "http://localhost", fetch: "fetch" }],
    ["headers that are none", { url: "http://localhost", headers: "authorization" }],
    ["a header with a name that is none", { url: "http://localhost", headers: { "a b": "c" } }],
    ["a header with a value that is none", { url: "http://localhost", headers: { a: "b\nc" } }],
    ["an unknown option", { url: "http://localhost", timeout: 5 }],
  ])("refuse %s", async (_, options) => {
    const { code, text } = await rejection(() => createClient(unknown(options)));
    expect(code).toBe("invalid_argument");
    expect(text).not.toContain("password");
  });
});

describe("a message", () => {
  it.each<[string, object]>([
    ["an unknown option", { delay: 5 }],
    ["an empty key", { idempotencyKey: "" }],
    ["a key that is no text", { idempotencyKey: 5 }],
    ["a key with control characters", { idempotencyKey: "a\nb" }],
    ["a key with blanks around it", { idempotencyKey: " a" }],
    ["a key that is too long", { idempotencyKey: "k".repeat(1_025) }],
    ["no delay", { delayMs: -1 }],
    ["a signal that is none", { signal: "now" }],
    ["headers that are none", { headers: 5 }],
    ["a header that is null", { headers: { a: null } }],
    ["a header without a name", { headers: { "": "a" } }],
    ["a header with control characters", { headers: { a: "b\r\nc: d" } }],
    ["a header with blanks around it", { headers: { a: " b" } }],
    [
      "two headers of one name",
      {
        headers: [
          ["a", "1"],
          ["a", "2"],
        ],
      },
    ],
    [
      "two headers that differ in nothing",
      {
        headers: [
          ["traceparent", "1"],
          ["traceparent", "2"],
        ],
      },
    ],
  ])("is refused with %s, and nothing is sent", async (_, options) => {
    const { client } = await started();
    const { code } = await rejection(client.send(counter.at("1"), 1, unknown(options)));
    expect(code).toBe("invalid_argument");
    expect(await client.call(counter.at("1"), 0)).toBe(0);
  });

  it.each(["timeoutMs", "reply"] as const)("of a send has no %s", async (name) => {
    const { client } = await started();
    const options = unknown({ [name]: 5 });
    expect((await rejection(client.send(counter.at("1"), 1, options))).code).toBe(
      "invalid_argument",
    );
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 31, "5"])(
    "is not called for with timeoutMs %j",
    async (timeoutMs) => {
      const { client } = await started();
      const { code } = await rejection(client.call(silent.at("1"), "x", unknown({ timeoutMs })));
      expect(code).toBe("invalid_argument");
    },
  );

  it.each([".", ".."])("cannot be for the id %j, which is a direction in a URL", async (id) => {
    const { client } = await started();
    const { code, text } = await rejection(client.send(mirror.at(id), "x"));
    expect(code).toBe("invalid_argument");
    expect(text).toContain("cannot be sent over HTTP");
  });

  it("is refused before it is sent where its value is none of the type", async () => {
    const { client } = await started();
    expect((await rejection(client.send(counter.at("1"), unknown("x")))).code).toBe(
      "value_invalid",
    );
    expect((await rejection(client.send(echo.at("1"), unknown(5)))).code).toBe("invalid_argument");
    const copy = unknown({ typename: "client/counter", id: "1" });
    expect((await rejection(client.send(copy, 1 as never))).code).toBe("invalid_argument");
  });
});
