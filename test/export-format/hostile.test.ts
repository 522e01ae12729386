import { describe, expect, it } from "vitest";
import type { WrittenLine } from "../../src/export-format/writer.ts";
import { bytesOf, errorOf, readAll, sampleLines } from "./sample.ts";

const written = bytesOf(sampleLines);
const texts = Buffer.from(written).toString().split("\n").slice(0, -1);
const encoded = (lines: readonly string[]) => Buffer.from(lines.map((one) => `${one}\n`).join(""));

/** A valid export of these lines, however wrong the lines are: the digest is right. */
async function errorOfLine(
  line: unknown,
  before: readonly WrittenLine[],
): Promise<string | undefined> {
  const lines = [...before.map((one) => JSON.stringify(one)), JSON.stringify(line)];
  return errorOf(encoded(lines));
}

describe("an export that is not whole", () => {
  it("is refused wherever it is cut", async () => {
    for (let at = 0; at < written.length; at++) {
      const error = await errorOf(written.subarray(0, at));
      expect(error, `cut at ${at}`).toMatch(/^line \d+ of the export: .*cut off$/);
    }
  });

  it("is refused with a line less, or one twice, or two exchanged", async () => {
    for (const [one] of texts.entries()) {
      const less = texts.toSpliced(one, 1);
      expect(await errorOf(encoded(less)), `without ${one + 1}`).toMatch(
        /^line \d+ of the export: /,
      );
      for (const [other] of texts.entries()) {
        const twice = texts.toSpliced(other, 0, texts[one] ?? "");
        expect(await errorOf(encoded(twice)), `${one + 1} again at ${other + 1}`).toMatch(
          /^line \d+ /,
        );
        if (one >= other) continue;
        const exchanged = texts.with(one, texts[other] ?? "").with(other, texts[one] ?? "");
        expect(await errorOf(encoded(exchanged)), `${one + 1} for ${other + 1}`).toMatch(
          /^line \d+ /,
        );
      }
    }
  });

  it("is refused with any byte of a line behind the header changed", async () => {
    for (let at = texts[0]?.length ?? 0; at < written.length; at++) {
      const changed = Buffer.from(written);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await errorOf(changed), `byte ${at}`).toMatch(/^line \d+ of the export: /);
    }
  });

  it("is refused with anything behind its end", async () => {
    for (const more of ["\n", " ", "x", texts.at(-1) ?? "", "\u0000", `${texts.at(-1)}\n`]) {
      expect(await errorOf(Buffer.concat([written, Buffer.from(more)]))).toBe(
        `line ${texts.length + 1} of the export: nothing may follow the end of the export`,
      );
    }
  });

  it("is refused when its digest or a count is another one", async () => {
    const end = JSON.parse(texts.at(-1) ?? "");
    const of = (line: unknown) => errorOf(encoded([...texts.slice(0, -1), JSON.stringify(line)]));
    expect(await of(end)).toBeUndefined();
    expect(await of({ ...end, sha256: "0".repeat(64) })).toMatch(
      /^line 25 of the export: the end says 0+, but the digest of the lines is [0-9a-f]{64}: the export was changed or damaged$/,
    );
    for (const name of Object.keys(end.counts)) {
      const counts = { ...end.counts, [name]: 99 };
      expect(await of({ ...end, counts })).toContain(`the end counts 99 ${name}, but there are`);
    }
  });
});

describe("a line", () => {
  it("that is not an object in JSON is refused", async () => {
    for (const text of [
      "",
      " ",
      "{",
      "null",
      "[]",
      "1",
      '"x"',
      "\ufeff{}",
      "{}",
      '{"kind":"x"}',
      '{"kind":"__proto__"}',
    ]) {
      expect(await errorOf(encoded([text])), text).toMatch(
        /^line 1 of the export: the (line|kind of the line) /,
      );
    }
  });

  it("that is not UTF-8 is refused", async () => {
    const bad = Buffer.concat([encoded(texts.slice(0, 2)), Buffer.from([0x22, 0xff, 0x22, 10])]);
    expect(await errorOf(bad)).toBe("line 3 of the export: the line is not UTF-8");
  });

  it("of an unknown version is refused before all else", async () => {
    const text = (version: string) =>
      `line 1 of the export: version ${version} is not known: this release reads version 1`;
    expect(await errorOfLine({ kind: "statefun-export", version: 2, new: [] }, [])).toBe(text("2"));
    expect(await errorOfLine({ kind: "statefun-export" }, [])).toBe(text("undefined"));
  });

  it("that is too long is refused before it is in memory", async () => {
    let given = 0;
    const piece = new Uint8Array(65_536).fill(0x20);
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += piece.length;
        controller.enqueue(piece);
      },
    });
    await expect(readAll(endless, { maxLineBytes: 1_000_000 })).rejects.toMatchObject({
      code: "limit_exceeded",
      message:
        "line 1 of the export: the line has more than 1,000,000 bytes: raise maxLineBytes if it is meant to",
    });
    expect(given).toBeLessThan(1_200_000);
  });

  it("may have exactly as many bytes as are allowed", async () => {
    const longest = Math.max(...texts.map((text) => Buffer.byteLength(text)));
    expect(await errorOf(written, { maxLineBytes: longest })).toBeUndefined();
    expect(await errorOf(written, { maxLineBytes: longest - 1 })).toContain("has more than");
  });

  it("with a value of any depth is read", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const line = `{"kind":"message","number":1,"to":{"function":"a/b","id":""},"message":{"type":"","value":${deep}}}`;
    expect(await errorOf(encoded([...texts.slice(0, 2), line]))).toContain("cut off");
  });

  it("must have all that its kind has, of its shape, and nothing else", async () => {
    for (const [index, line] of sampleLines.entries()) {
      const before = sampleLines.slice(0, index);
      for (const broken of brokenVersions(line)) {
        const error = await errorOfLine(broken, before);
        expect(error, JSON.stringify(broken)).not.toContain("cut off");
        expect(error, JSON.stringify(broken)).toMatch(
          new RegExp(`^line ${index + 1} of the export: `),
        );
      }
    }
  });

  it.each([
    [{ number: -1 }, "the line.number must be an integer from 0 to 2^53 - 1, got -1"],
    [{ number: 1.5 }, "the line.number must be an integer from 0 to 2^53 - 1, got 1.5"],
    [{ number: 2 ** 53 }, "the line.number must be an integer"],
    [{ number: 41 }, "message 41 is above the partition's lastNumber 40"],
    [
      { to: { function: "a/b", id: "\ud800" } },
      "the line.to.id must be a string of well-formed Unicode",
    ],
    [
      { message: { type: "", bytes: "AB==" } },
      "the line.message.bytes must be base64 with padding",
    ],
    [
      { message: { type: "", headers: [{ key: 1 }] } },
      "the line.message.headers[0].key must be a string",
    ],
    [
      { extra: 1 },
      'the line must not have "extra" (known: kind, number, to, from, message, attempts, crashes)',
    ],
    [{ message: undefined }, "the line must have message"],
  ])("with %j is refused by name", async (part, text) => {
    const message = {
      kind: "message",
      number: 1,
      to: { function: "a/b", id: "" },
      message: { type: "" },
    };
    const line = { ...message, ...part };
    expect(await errorOfLine(line, sampleLines.slice(0, 2))).toContain(
      `line 3 of the export: ${text}`,
    );
  });

  it("in a place that is not its own is refused by name", async () => {
    const at = (line: unknown, count: number) => errorOfLine(line, sampleLines.slice(0, count));
    expect(await at(sampleLines[0], 1)).toContain("line 2 of the export: there must be one header");
    expect(await at(sampleLines[1], 0)).toContain("an export must begin with its header");
    expect(await at(sampleLines[9], 1)).toContain("message must stand in a partition");
    expect(await at(sampleLines[4], 10)).toContain(
      "instance must not follow message: the order is pause",
    );
    expect(await at(sampleLines[9], 11)).toContain(
      "message 3 must not follow message 7: numbers are",
    );
    expect(await at(sampleLines[7], 9)).toContain("functions and ids are in ascending order");
    expect(await at(sampleLines[4], 6)).toContain(
      'state "a" of instance "shop/cart/anna" must not follow "c"',
    );
    expect(await at(sampleLines[1], 3)).toContain('partition "" must not follow partition ""');
  });
});

/** The line with a field less, more, or of another kind, at every depth. */
function* brokenVersions(line: object): Generator<unknown> {
  const optional = new Set(["from", "why", "id", "headers", "expiresAt", "owner", "token", "call"]);
  for (const one of ["attempts", "crashes", "outcome", "egress", "bytes", "value"])
    optional.add(one);
  yield { ...line, unknown: null };
  for (const [name, value] of Object.entries(line)) {
    if (name !== "value" || typeof value !== "object") {
      yield { ...line, [name]: null };
      yield { ...line, [name]: typeof value === "string" ? 1 : "!" };
    }
    if (!optional.has(name))
      yield Object.fromEntries(Object.entries(line).filter(([key]) => key !== name));
    if (typeof value !== "object" || Array.isArray(value) || ["value", "states"].includes(name))
      continue;
    for (const broken of brokenVersions(value)) yield { ...line, [name]: broken };
  }
}
