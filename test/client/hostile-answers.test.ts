import { gzipSync } from "node:zlib";
import { createClient } from "statefun/client";
import { describe, expect, it } from "vitest";
import { counter } from "./application.ts";
import { listening, rejection } from "./support.ts";

const limit = 1_000_000;
const receipt = { status: 202, type: { "content-type": "application/json" } };
const reply = { status: 200, type: { "statefun-type": "io.statefun.types/int" } };
const failure = { status: 500, type: { "content-type": "application/json" } };

/** A gzip of 200 MB of blanks, and one of such a gzip: a few hundred bytes. */
const bomb = gzipSync(Buffer.alloc(200_000_000, " "));
const bombs: readonly (readonly [string, Buffer, string])[] = [
  ["a bomb", bomb, "gzip"],
  ["a bomb in a bomb", gzipSync(bomb), "gzip, gzip"],
];

const heads = [
  ["send", receipt],
  ["send", failure],
  ["call", reply],
  ["call", failure],
] as const;

describe.each(heads)(
  "a client that %ss to a server that is hostile, of %o",
  (verb, { status, type }) => {
    const asked = (url: string, rest: object = {}) => {
      const client = createClient({ url, maxResponseBytes: limit, ...rest });
      return rejection(
        verb === "send"
          ? client.send(counter.at("1"), 1)
          : client.call(counter.at("1"), 1, { timeoutMs: 300 }),
      );
    };

    it.each(bombs)("reads no more than its limit of %s", async (_, bytes, encoding) => {
      const url = await listening((_request, response) => {
        response.writeHead(status, { ...type, "content-encoding": encoding }).end(bytes);
      });
      const before = process.memoryUsage().rss;
      const { code, text } = await asked(url, { timeoutMs: 20_000 });
      expect(code).toBe("limit_exceeded");
      expect(text).toContain("has more than maxResponseBytes (1000000)");
      expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    });

    it("reads no more than its limit of an answer without an end", async () => {
      let sent = 0;
      const url = await listening((_request, response) => {
        response.writeHead(status, type);
        const piece = Buffer.alloc(65_536, " ");
        const more = (): void => {
          while (!response.destroyed && response.write(piece)) sent += piece.length;
          sent += piece.length;
          if (!response.destroyed) response.once("drain", more);
        };
        more();
      });
      expect((await asked(url)).code).toBe("limit_exceeded");
      const soon = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(sent - soon).toBeLessThan(4_000_000);
    });

    it("believes a length that is too much", async () => {
      const url = await listening((_request, response) => {
        response.writeHead(status, { ...type, "content-length": 5_000_000_000 });
        response.write("{");
      });
      expect((await asked(url)).code).toBe("limit_exceeded");
    });

    it("does not wait for ever for an answer that drips", async () => {
      const url = await listening((_request, response) => {
        response.writeHead(status, type);
        const timer = setInterval(() => response.write(" "), 20);
        response.once("close", () => clearInterval(timer));
      });
      const { code } = await asked(url, { timeoutMs: 300 });
      expect(code).toBe("call_timeout");
    });
  },
);

describe("the limits of a client", () => {
  it("hold a send to a time of its own", async () => {
    const url = await listening(() => {});
    const client = createClient({ url, timeoutMs: 100 });
    const { code, text } = await rejection(client.send(counter.at("1"), 1));
    expect(code).toBe("call_timeout");
    expect(text).toMatch(/within 100 ms/);
  });

  it.each([
    [{ timeoutMs: 0 }, /timeoutMs must be an integer from 1/],
    [{ timeoutMs: 2 ** 31 }, /timeoutMs must be an integer from 1/],
    [{ maxResponseBytes: 0 }, /maxResponseBytes must be an integer from 1/],
    [{ maxResponseBytes: "1" as never }, /maxResponseBytes must be an integer from 1/],
  ])("refuse %o", (options, says) => {
    expect(() => createClient({ url: "http://127.0.0.1:1", ...options })).toThrow(says);
  });
});
