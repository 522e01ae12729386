import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Of, bytesFromBase64, isBase64 } from "../../src/export-format/base64.ts";
import * as linesFrom from "../../src/export-format/lines-from.ts";
import * as recordsFrom from "../../src/export-format/records-from.ts";
import { exportedValue, notReadable, valueFrom } from "../../src/export-format/values.ts";
import { readExport } from "../../src/export-format/reader.ts";
import { writeExport } from "../../src/export-format/writer.ts";
import { bytesOf, readAll, sampleLines, streamOf } from "./sample.ts";

const text = fc.string({ unit: "grapheme" });
const bytes = fc.option(fc.uint8Array(), { nil: undefined });
const wireValue = fc.record({
  typename: text,
  bytes,
  headers: fc.array(fc.record({ key: text, value: bytes })),
});
const address = fc.record({ typename: text, id: text });
const count = fc.maxSafeNat();
const optionalText = fc.option(text, { nil: undefined });
const mail = {
  number: count,
  target: address,
  caller: fc.option(address, { nil: undefined }),
  argument: wireValue,
};

describe("an export", () => {
  it("is read as it was written, each line with its number and where it ends", async () => {
    const written = bytesOf(sampleLines);
    const read = await readAll(streamOf(written));
    expect(read.slice(0, -1).map(({ line }) => line)).toEqual(sampleLines);
    expect(read.map(({ number }) => number)).toEqual([...read.keys()].map((index) => index + 1));
    expect(read.at(-1)?.bytes).toBe(written.length);
    expect(read.at(-1)?.line).toMatchObject({
      kind: "end",
      counts: {
        ...{ partitions: 2, pauses: 2, instances: 4, messages: 3, timers: 2 },
        ...{ records: 2, deadLetters: 2, keys: 3, positions: 2 },
      },
    });
  });

  it("is the same bytes as a stream as from the writer, and of lines that come later", async () => {
    const later = async function* () {
      for (const line of sampleLines) yield await Promise.resolve(line);
    };
    for (const lines of [sampleLines, later()]) {
      const bytes = await new Response(writeExport(lines)).bytes();
      expect(bytes).toEqual(new Uint8Array(bytesOf(sampleLines)));
    }
  });

  it("is read alike wherever its pieces end", async () => {
    const written = bytesOf(sampleLines);
    const whole = await readAll(streamOf(written));
    const ones = Array.from(written, (_, index) => written.subarray(index, index + 1));
    expect(await readAll(streamOf(...ones))).toEqual(whole);
    for (let at = 0; at <= written.length; at += 97) {
      const cut = streamOf(written.subarray(0, at), new Uint8Array(0), written.subarray(at));
      expect(await readAll(cut)).toEqual(whole);
    }
  });

  it("without any partition is one of nothing", async () => {
    expect(await readAll(streamOf(bytesOf(sampleLines.slice(0, 1))))).toHaveLength(2);
  });

  it("is named by a digest that does not depend on its header", async () => {
    const [header, ...others] = sampleLines;
    if (header?.kind !== "statefun-export") throw new Error("no header");
    const ends = [sampleLines, [{ ...header, time: 5, engine: "sqlite" }, ...others]].map(
      async (lines) => (await readAll(streamOf(bytesOf(lines)))).at(-1)?.line,
    );
    const [one, other] = await Promise.all(ends);
    expect(one).toEqual(other);
  });

  it("is not read further than its reader goes, and cancelled when it stops", async () => {
    let given = 0;
    let reason: unknown = "not cancelled";
    const written = bytesOf(sampleLines);
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          controller.enqueue(written.subarray(given, given + 100));
          given += 100;
        },
        cancel: (why) => {
          reason = why;
        },
      },
      { highWaterMark: 0 },
    );
    for await (const { number } of readExport(stream)) if (number === 2) break;
    expect(given).toBeLessThan(written.length);
    expect(reason).toBeUndefined();
  });

  it("stops taking lines when its stream is cancelled", async () => {
    let isClosed = false;
    const lines = function* () {
      try {
        for (const line of sampleLines) yield line;
        for (;;) yield { kind: "position", source: "", position: "" } as const;
      } finally {
        isClosed = true;
      }
    };
    const reader = writeExport(lines()).getReader();
    await expect(reader.read()).rejects.toThrow();
    expect(isClosed).toBe(true);
    const short = writeExport(sampleLines).getReader();
    await short.read();
    await short.cancel();
  });

  it("passes on the error of its stream", async () => {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new RangeError("connection lost")),
    });
    await expect(readAll(stream)).rejects.toThrow(RangeError("connection lost"));
  });
});

describe("records", () => {
  const json = <T>(line: T): T => JSON.parse(JSON.stringify(line));

  it("with every value and header come back as they were", () => {
    fc.assert(
      fc.property(wireValue, (value) => {
        expect(valueFrom(json(exportedValue(value, notReadable)))).toEqual(value);
      }),
    );
  });

  it.each([
    [
      "messages",
      fc.record({ ...mail, attempts: count, crashes: count }),
      linesFrom.messageLine,
      recordsFrom.messageFrom,
    ],
    [
      "timers",
      fc.record({ ...mail, dueAt: count, owner: optionalText, token: optionalText }),
      linesFrom.timerLine,
      recordsFrom.timerFrom,
    ],
    [
      "records of egresses",
      fc.record({
        ...{ number: count, egress: text, from: address, argument: wireValue },
        expiresAt: fc.option(count, { nil: undefined }),
      }),
      linesFrom.recordLine,
      recordsFrom.recordFrom,
    ],
    [
      "dead letters",
      fc.record({
        ...{ ...mail, code: text, reason: text, attempts: count, failedAt: count },
        egress: optionalText,
      }),
      linesFrom.deadLetterLine,
      recordsFrom.deadLetterFrom,
    ],
    [
      "keys",
      fc.record({
        ...{ number: count, target: address, key: text, digest: text, call: optionalText },
        expiresAt: count,
        outcome: fc.oneof(
          fc.constant(undefined),
          fc.record({ kind: fc.constant("reply"), value: wireValue }),
          fc.record({ kind: fc.constant("error"), code: text, reason: text }),
        ),
      }),
      linesFrom.keyLine,
      recordsFrom.keyFrom,
    ],
    [
      "pauses",
      fc.record({ typename: text, id: optionalText, since: count, who: text, why: optionalText }),
      linesFrom.pauseLine,
      recordsFrom.pauseFrom,
    ],
  ] as const)("that are %s come back as they were", (_, records, lineOf, recordOf) => {
    const there = lineOf as (record: unknown, readable: unknown) => unknown;
    const back = recordOf as (line: unknown) => unknown;
    fc.assert(
      fc.property(records as fc.Arbitrary<unknown>, (record) => {
        expect(back(json(there(record, notReadable)))).toEqual(record);
      }),
    );
  });

  it("of an instance with many large states are several lines, which a reader takes as one instance", async () => {
    const state = (size: number) => ({
      value: { typename: "demo/Bytes", bytes: new Uint8Array(size), headers: [] },
      expiresAt: undefined,
    });
    const names = ["__proto__", "10", "9", "constructor", "\uffff", "\u{1f375}"];
    const states = new Map(names.map((name) => [name, state(400_000)]));
    const target = { typename: "shop/cart", id: "__proto__" };
    const lines = linesFrom.instanceLines(target, states, () => notReadable);
    expect(lines).toHaveLength(3);
    const read = await readAll(streamOf(bytesOf([...sampleLines.slice(0, 2), ...lines])));
    expect(read.at(-1)?.line).toMatchObject({ counts: { instances: 1 } });
    const sizes = read.flatMap(({ line }) =>
      line.kind === "instance"
        ? [...recordsFrom.statesFrom(line)].map(([name, { value }]) => [name, value.bytes?.length])
        : [],
    );
    expect(new Map(sizes as [string, number][])).toEqual(
      new Map(names.map((name) => [name, 400_000])),
    );
    expect(linesFrom.instanceLines(target, [], () => notReadable)).toEqual([]);
  });

  it("of an instance with one state is one line, whatever the name of the state is", () => {
    const value = { typename: "demo/Bytes", bytes: new Uint8Array(1), headers: [] };
    for (const name of ["__proto__", "10", "constructor"]) {
      const states = new Map([[name, { value, expiresAt: undefined }]]);
      const target = { typename: "shop/cart", id: "a" };
      const lines = linesFrom.instanceLines(target, states, () => notReadable);
      expect(JSON.stringify(lines)).toContain(`{"${name}":{"type":"demo/Bytes"`);
    }
  });
});

describe("base64", () => {
  it("is read as it was written, at every length around the pieces", () => {
    for (const length of [0, 1, 2, 3, 4, 199, 200, 201, 24_575, 24_576, 24_577, 100_000]) {
      const all = new Uint8Array(length).map((_, index) => index * 31);
      const written = Buffer.from(all).toString("base64");
      expect(base64Of(all)).toBe(written);
      expect(isBase64(written)).toBe(true);
      expect(bytesFromBase64(written)).toEqual(all);
    }
  });

  it.each([
    "A",
    "AA",
    "AAA",
    "====",
    "A===",
    "AB==",
    "AAB=",
    "AA=A",
    "AA A",
    "AAA\n",
    "AA-_",
    "AAAA====",
    "é===",
  ])("refuses %j", (written) => {
    expect(isBase64(written)).toBe(false);
  });
});
