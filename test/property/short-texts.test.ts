import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesFromText, textFromBytes } from "../../src/internal/bytes.ts";

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom("a", "\0", "\x7f", "\x80", "é", "\ufeff", "\ud800"),
    maxLength: 30,
  }),
);

it("writes texts as a TextEncoder does, however short they are", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(Array.from(bytesFromText(value))).toEqual(Array.from(new TextEncoder().encode(value)));
    }),
    { numRuns: 2_000 },
  );
});

it("reads bytes as a strict TextDecoder does, and refuses what it refuses", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const outcome = (read: () => string): string | undefined => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  const written = text.map((value) => new TextEncoder().encode(value));
  fc.assert(
    fc.property(fc.oneof(written, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      expect(outcome(() => textFromBytes(bytes))).toBe(outcome(() => decoder.decode(bytes)));
    }),
    { numRuns: 2_000 },
  );
});
