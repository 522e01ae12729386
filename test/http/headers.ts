import { describe, expect, it } from "vitest";
import { asText, freshId, post, refused, type Server, wait } from "./client.ts";

const utf8 = (text: string): number[] => [...Buffer.from(text)];
/** What a header of HTTP is: a string of bytes. */
const asHeader = (text: string): string => Buffer.from(text).toString("latin1");

export function registerHeaders(server: Server): void {
  const path = () => `/functions/http/mirror/${freshId()}`;
  const mirrored = async (headers: Record<string, string>) => {
    const all = { ...asText, ...wait(20), ...headers };
    const response = await post(server, path(), { headers: all, body: "x" });
    expect(response.status).toBe(200);
    return Object(await response.json()).headers;
  };

  it("come out of those with the prefix, and of no others", async () => {
    const headers = { "statefun-header-tenant": "a", "x-tenant": "b", cookie: "c=d" };
    expect(await mirrored(headers)).toEqual([["tenant", utf8("a")]]);
  });

  it("are those of a trace as well", async () => {
    const headers = { traceparent: "00-1-2-01", tracestate: "a=b" };
    expect(await mirrored(headers)).toEqual([
      ["traceparent", utf8("00-1-2-01")],
      ["tracestate", utf8("a=b")],
    ]);
  });

  it("of a trace are one, where both forms come", async () => {
    const headers = { traceparent: "00-1-2-01", "statefun-header-traceparent": "mine" };
    expect(await mirrored(headers)).toEqual([["traceparent", utf8("mine")]]);
  });

  describe("have names", () => {
    it.each<[name: string, header: string]>([
      ["lower", "lower"],
      ["Upper", "%55pper"],
      ["a b", "a%20b"],
      ["100%", "100%25"],
      ["é🙂", "%c3%a9%f0%9f%99%82"],
      ["a/b:c", "a%2fb%3ac"],
      ["__proto__", "__proto__"],
      ["\0", "%00"],
    ])("%j as %s", async (name, header) => {
      expect(await mirrored({ [`statefun-header-${header}`]: "v" })).toEqual([[name, utf8("v")]]);
    });

    it.each(["%", "%zz", "%ff", "a%2"])("and are refused when they are none: %s", async (name) => {
      const headers = { ...asText, [`statefun-header-${name}`]: "v" };
      await refused(await post(server, path(), { headers, body: "x" }), 400, "invalid_argument");
    });
  });

  describe("have values", () => {
    it.each(["", 'a, b;c="d"', "é 🙂", "%41", "a\tb"])("like %j", async (value) => {
      const headers = { "statefun-header-a": asHeader(value) };
      expect(await mirrored(headers)).toEqual([["a", utf8(value)]]);
    });

    it("of many bytes", async () => {
      const value = "v".repeat(8_000);
      expect(await mirrored({ "statefun-header-a": value })).toEqual([["a", utf8(value)]]);
    });
  });

  it("may be many", async () => {
    const many = Array.from({ length: 80 }, (_, index) => `h${String(index).padStart(2, "0")}`);
    const headers = Object.fromEntries(many.map((name) => [`statefun-header-${name}`, name]));
    const got: [string, number[]][] = await mirrored(headers);
    expect(got.map(([name]) => name).sort()).toEqual(many);
    for (const [name, value] of got) expect(value).toEqual(utf8(name));
  });
}
