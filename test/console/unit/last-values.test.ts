import { describe, expect, it } from "vitest";
import {
  isSecret,
  type LastValue,
  lastValuesIn,
  remembered,
} from "../../../src/console/page/screens/send/last-values.ts";

const value = (type: string, body: string): LastValue => ({ type, body, atMs: 5 });

describe("last values", () => {
  it("are at most ten of a type, newest first, once each", () => {
    let list: readonly LastValue[] = [];
    for (let n = 0; n < 12; n += 1) list = remembered(list, value("a/A", String(n)));
    list = remembered(list, value("b/B", "x"));
    list = remembered(list, value("a/A", "5"));
    expect(list.map(({ body }) => body)).toEqual([
      ...["5", "x", "11", "10", "9", "8", "7", "6", "4", "3", "2"],
    ]);
  });

  it("are no more than fit, and what is too large pushes nothing out", () => {
    let list = remembered([], value("a/A", "small"));
    list = remembered(list, value("a/A", "x".repeat(60_000)));
    expect(list.map(({ body }) => body)).toEqual(["small"]);
    for (let n = 0; n < 9; n += 1) list = remembered(list, value(`t/${n}`, "x".repeat(10_000)));
    const length = list.reduce((sum, { body }) => sum + body.length, 0);
    expect(length).toBeLessThanOrEqual(50_000);
    expect(list[0]?.type).toBe("t/8");
  });

  it("are none where the browser has something else", () => {
    for (const text of [null, "", "{", "5", '{"a":1}', '[1,null,{"type":"x"}]']) {
      expect(lastValuesIn(text)).toEqual([]);
    }
    expect(lastValuesIn(JSON.stringify([value("a/A", "1")]))).toEqual([value("a/A", "1")]);
  });

  it("are never those of a type with a secret", () => {
    expect(isSecret({ type: "object", properties: { a: { type: "string" } } })).toBe(false);
    expect(isSecret({ properties: { a: { items: { format: "password" } } } })).toBe(true);
    expect(isSecret({ anyOf: [{ type: "string", writeOnly: true }] })).toBe(true);
  });
});
