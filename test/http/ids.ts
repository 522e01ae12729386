import { describe, expect, it } from "vitest";
import { rawClient } from "../contract/socket.ts";
import { asText, call, credentials, freshId, post, refused, type Server, wait } from "./client.ts";

const hostile: readonly [name: string, id: string][] = [
  ["empty", ""],
  ["a slash", "a/b"],
  ["slashes alone", "///"],
  ["a percent", "100%"],
  ["what looks encoded", "%2F%25"],
  ["a quote", `'; drop table "x"; --`],
  ["a question mark", "a?b#c"],
  ["two dots and more", "../../etc/passwd"],
  ["three dots", "..."],
  ["a backslash", "a\\b"],
  ["unicode", "żółć ﷽ e\u0301"],
  ["an emoji", "👩‍👩‍👧‍👦"],
  ["NUL", "\0"],
  ["control characters", "\r\n\t\x7f"],
  ["__proto__", "__proto__"],
  ["constructor", "constructor"],
  ["blanks", "  "],
  ["plus and ampersand", "a+b&c=d"],
  ["right to left", "\u202eabc"],
  ["a byte order mark", "\ufeff"],
];

export function registerIds(server: Server): void {
  const mirrored = async (part: string) => {
    const headers = { ...asText, ...wait(20) };
    const response = await post(server, `/functions/http/mirror/${part}`, { headers, body: "x" });
    expect(response.status).toBe(200);
    return Object(await response.json()).id;
  };

  it.each(hostile)("reach the function as they are: %s", async (_, id) => {
    expect(await mirrored(encodeURIComponent(id))).toBe(id);
  });

  it("of four thousand characters are as good as others", async () => {
    const id = "é".repeat(2_000);
    expect(await mirrored(encodeURIComponent(id))).toBe(id);
  });

  it("are different addresses: each has a state of its own", async () => {
    const prefix = freshId();
    for (const [, id] of hostile) {
      const path = `/functions/http/counter/${encodeURIComponent(`${prefix}${id}`)}`;
      expect(await call(server, path, { amount: 1 })).toEqual({ id: `${prefix}${id}`, total: 1 });
    }
  });

  it("are decoded once: what was encoded twice stays encoded", async () => {
    expect(await mirrored("%2525")).toBe("%25");
    expect(await mirrored("a%252Fb")).toBe("a%2Fb");
  });

  it.each(["%", "%zz", "%ff", "%c3", "%ed%a0%80", "a%2"])(
    "that are no encoded UTF-8 are refused: %s",
    async (part) => {
      const response = await post(server, `/functions/http/mirror/${part}`, {
        headers: asText,
        body: "x",
      });
      await refused(response, 400, "invalid_argument");
    },
  );

  describe("in a path that is typed by hand", () => {
    const answer = async (path: string) => {
      const client = await rawClient(server());
      const { authorization } = credentials;
      await client.write(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\ncontent-type: text/plain\r\nprefer: wait=20\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx`,
      );
      const text = await client.until(/\r\n\r\n[\s\S]*\}/);
      client.destroy();
      return text;
    };

    it.each([
      "/functions/http/unexposed/../mirror/../../http/unexposed/x",
      "/functions/http/mirror/..%2f..%2funexposed/x",
      "/functions/http/./unexposed/x",
      "/functions/http/mirror/%2e%2e/unexposed/x",
      "//functions/http/unexposed/x",
      "/functions/http%2Funexposed/x",
      "/functions/http/unexposed%2Fx",
      "/functions/http/mirror/x/y",
      "/functions/http/mirror",
    ])("lead nowhere else: %s", async (path) => {
      expect(await answer(path)).toMatch(/^HTTP\/1\.1 (400|404) /);
    });

    it("are those of a path with its bytes as they are", async () => {
      expect(await answer("/functions/http/mirror/a'b(c)!$&*+,;=:@")).toMatch(
        /^HTTP\/1\.1 200 [\s\S]*a'b\(c\)!\$&\*\+,;=:@/,
      );
    });
  });
}
