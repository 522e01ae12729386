import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createSha256 } from "../../src/export-format/sha256.ts";

const expected = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

it("is SHA-256 at every length around the blocks, in one piece", () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = new Uint8Array(length).map((_, index) => index * 7);
    const digest = createSha256();
    digest.update(bytes);
    expect(digest.hex(), `${length} bytes`).toBe(expected(bytes));
  }
});

it("is the same however the bytes are cut", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(pieces, (all) => {
      const digest = createSha256();
      for (const piece of all) digest.update(piece);
      expect(digest.hex()).toBe(expected(Buffer.concat(all)));
    }),
  );
});
