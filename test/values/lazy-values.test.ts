import { describe, expect, it } from "vitest";
import { plainValue, type WireValue } from "../../src/model/invocation.ts";
import { messageBytes, valueBytes } from "../../src/model/message-bytes.ts";
import { encodeMessage } from "../../src/sdk/addressing/encode-message.ts";
import { bool, double, float, int, long, string } from "../../src/sdk/types/builtin-types.ts";
import { json } from "../../src/sdk/types/json-type.ts";
import { decodeValue } from "../../src/sdk/types/message.ts";
import type { AnyType } from "../../src/sdk/types/type.ts";

const values: readonly (readonly [AnyType, readonly unknown[]])[] = [
  [int, [0, -0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]],
  [long, [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]],
  [bool, [false, true]],
  [float, [0, -0, 1.1, Number.NaN, Infinity]],
  [double, [0, -0, 1.1, Number.NaN, -Infinity]],
  [
    string,
    [
      "",
      "a",
      "äöü",
      "€",
      "😀",
      "x".repeat(12),
      "x".repeat(127),
      "ß".repeat(64),
      "y".repeat(20_000),
    ],
  ],
];
const cases = values.flatMap(([type, all]) => all.map((value) => ({ type, value })));

const written = ({ typename, bytes, headers }: WireValue) => ({ typename, bytes, headers });

describe("a value that is written when its bytes are needed", () => {
  it.for(cases)(
    "has the bytes, the size and the value of $type.typename $value",
    ({ type, value }) => {
      const plain = encodeMessage("a/b", type, value, undefined);
      for (const how of ["batch", "engine"] as const) {
        const lazy = encodeMessage("a/b", type, value, undefined, how);
        expect(written(plainValue(lazy))).toEqual(plain);
        expect(valueBytes(lazy)).toBe(plain.bytes?.length);
        expect(messageBytes(lazy)).toBe(messageBytes(plain));
        expect(decodeValue(type, lazy)).toEqual(decodeValue(type, plain));
        // Nobody can change it by what it gave.
        if (lazy.size !== undefined) lazy.bytes?.fill(0xff);
        expect(written(plainValue(lazy))).toEqual(plain);
      }
    },
  );

  it("is read by its own type alone without its bytes: by another of its name as any other", () => {
    const lazy = encodeMessage("a/b", int, 7, undefined, "engine");
    const { typename, encode, of } = int;
    expect(decodeValue(int, lazy)).toBe(7);
    const other = { typename, encode, of, decode: (bytes: Uint8Array) => bytes.length };
    expect(decodeValue(other, lazy)).toBe(5);
  });

  it("is none of a type whose values change, of one with headers, or of a text that may be part of a longer one", () => {
    const isLazy = (type: AnyType, value: unknown, headers?: []) =>
      encodeMessage("a/b", type, value, headers, "engine").size !== undefined;
    expect(isLazy(int, 1)).toBe(true);
    expect(isLazy(string, "x")).toBe(false);
    expect(isLazy(int, 1, [])).toBe(false);
    expect(isLazy(json("a/json"), { a: 1 })).toBe(false);
  });

  it.for([
    [int, 1.5],
    [string, "\ud800"],
    [long, 1],
    [bool, "true"],
  ] as const)("is refused at the call: %o %o", ([type, value]) => {
    for (const how of [undefined, "batch", "engine"] as const) {
      expect(() => encodeMessage("a/b", type, value, undefined, how)).toThrow(
        expect.objectContaining({ code: "value_invalid" }),
      );
    }
  });
});
