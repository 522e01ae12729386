import { describe, expect, it } from "vitest";
import {
  bodyOfValue,
  compact,
  problemOf,
  textOfValue,
} from "../../src/console/page/ui/values/value-text.ts";
import { bool, double, float, int, long, string } from "../../src/sdk/types/builtin-types.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("a stored value as text", () => {
  it.each([
    ["", "0"],
    ["text", "é✓\n\u0000"],
    ["long text", "x".repeat(100_000)],
  ])("is the text of a string: %s", (_, value) => {
    const text = value === "0" ? "" : value;
    expect(textOfValue(string.typename, string.encode(text))).toEqual({ form: "text", text });
  });

  it.each([
    [int.typename, int.encode(0), "0"],
    [int.typename, int.encode(-2_147_483_648), "-2147483648"],
    [long.typename, long.encode(0n), '"0"'],
    [long.typename, long.encode(-9_223_372_036_854_775_808n), '"-9223372036854775808"'],
    [long.typename, long.encode(9_007_199_254_740_993n), '"9007199254740993"'],
    [bool.typename, bool.encode(true), "true"],
    [bool.typename, bool.encode(false), "false"],
    [float.typename, float.encode(1.5), "1.5"],
    [double.typename, double.encode(0.1), "0.1"],
    [double.typename, double.encode(Number.NaN), '"NaN"'],
    [double.typename, double.encode(Number.NEGATIVE_INFINITY), '"-Infinity"'],
  ])("is JSON that the server takes for a scalar: %s $2", (typename, bytes, text) => {
    expect(textOfValue(typename, bytes)).toEqual({ form: "json", text });
  });

  it("is indented JSON, whose large numbers keep their digits", () => {
    expect(textOfValue("a/B", utf8('{"n":1}')).text).toBe('{\n  "n": 1\n}');
    const large = '{"n":12345678901234567890}';
    expect(textOfValue("a/B", utf8(large))).toEqual({ form: "json", text: large });
  });

  it("is base64 for what is no JSON, no UTF-8, or too short for its type", () => {
    expect(textOfValue("a/B", utf8("{"))).toEqual({ form: "base64", text: "ew==" });
    expect(textOfValue("a/B", new Uint8Array([0xff]))).toMatchObject({ form: "base64" });
    expect(textOfValue(int.typename, new Uint8Array([13, 1]))).toMatchObject({ form: "base64" });
    expect(textOfValue("a/B", new Uint8Array())).toEqual({ form: "base64", text: "" });
  });
});

describe("what is sent for it", () => {
  it("is the JSON without blanks between its parts, and nothing else is changed", () => {
    const json = '{ "a b" : [ 12345678901234567890,\n\t" \\" x " ] }';
    expect(compact(json)).toBe('{"a b":[12345678901234567890," \\" x "]}');
  });

  it("is the text as it is, and the bytes of base64 with blanks in it", () => {
    expect(bodyOfValue({ form: "text", text: " a " })).toBe(" a ");
    expect(bodyOfValue({ form: "base64", text: "AQ\nID" })).toEqual(new Uint8Array([1, 2, 3]));
  });

  it("says why it cannot be sent", () => {
    expect(problemOf({ form: "json", text: "{" })).toMatch(/^This is no JSON: /);
    expect(problemOf({ form: "base64", text: "*" })).toBe("this is not base64");
    expect(problemOf({ form: "json", text: "1" })).toBeUndefined();
    expect(problemOf({ form: "text", text: "" })).toBeUndefined();
  });
});
