import { codecV2, codecV3, detectProtocol, type ProtocolCodec } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { decodeOrRefuse } from "./hostile.ts";
import { varintOf } from "./soup.ts";

/** A length-delimited field whose tag is given as hex. */
function field(tag: string, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from(tag, "hex"), varintOf(content.length), content]);
}

/** `count` times the same bytes, at once. */
function times(count: number, unit: Buffer | string): Buffer {
  const bytes = typeof unit === "string" ? Buffer.from(unit, "hex") : unit;
  return Buffer.alloc(bytes.length * count, bytes);
}

const megabyte = 1_000_000;
const text = (length: number) => Buffer.alloc(length, "x");
const target = field("0a", field("0a", text(1)), field("12", text(1)), field("1a", text(1)));
const request = (...parts: readonly Uint8Array[]) =>
  new Uint8Array(field("a206", target, ...parts));
const invocation = (...parts: readonly Uint8Array[]) => field("1a", ...parts);
const any = field("12", field("0a", Buffer.from("a/b")), field("12", text(30_000)));

/**
 * Inputs that cost much more than their bytes where a decoder does work again and again. With work in
 * proportion to the bytes each of them takes well below a second; a square of it, minutes.
 */
const expensive: readonly [name: string, bytes: () => Uint8Array][] = [
  ["100,000 empty invocations", () => request(times(100_000, "1a00"))],
  [
    "one argument in 100,000 parts, a header in each",
    () => request(invocation(times(99_999, "12022200"))),
  ],
  [
    "one long typename of a target, merged with 100,000 empty targets",
    () => request(field("0a", field("12", text(megabyte))), times(100_000, "0a00")),
  ],
  [
    "one long typename of a caller, merged with 100,000 empty callers",
    () => request(invocation(field("0a", field("12", text(megabyte))), times(100_000, "0a00"))),
  ],
  [
    "one long typename of an argument, merged with 100,000 empty arguments",
    () => request(invocation(field("12", field("0a", text(megabyte))), times(100_000, "1200"))),
  ],
  [
    "a state whose value comes 2 million times, never an Any",
    () => request(field("12", times(2 * megabyte, "120107"))),
  ],
  [
    "a state whose value comes 1,000 times, an Any of 30 kB",
    () => request(field("12", times(1_000, any))),
  ],
  ["2 million states that are no Any", () => request(times(2 * megabyte, "1203120107"))],
  [
    "12 million batches in one request",
    () => new Uint8Array(Buffer.concat([request(), times(10 * megabyte, "a20600")])),
  ],
  ["16 million empty groups", () => new Uint8Array(times(16 * megabyte, "0b0c"))],
  ["5 million groups in each other", () => new Uint8Array(times(5 * megabyte, "0b"))],
  ["16 million unknown varints", () => new Uint8Array(times(16 * megabyte, "7801"))],
  [
    "a string that comes 15 million times",
    () => request(invocation(field("12", times(15 * megabyte, "0a00")))),
  ],
  [
    "a response of 16 million empty mutations",
    () => new Uint8Array(field("a206", times(16 * megabyte, "0a00"))),
  ],
  [
    "a response whose message has its target 100,000 times",
    () =>
      new Uint8Array(
        field(
          "a206",
          field("12", field("0a", field("12", text(megabyte))), times(100_000, "0a00")),
        ),
      ),
  ],
  [
    "a missing value with its expiration 8 million times",
    () => new Uint8Array(field("aa06", field("0a", times(8 * megabyte, "1200")))),
  ],
];

describe("time is in proportion to the bytes", { timeout: 600_000 }, () => {
  it.each(expensive)("for %s", (_name, make) => {
    const bytes = make();
    const maxMs = 5_000;
    decodeOrRefuse(() => detectProtocol(bytes), maxMs);
    for (const codec of [codecV2, codecV3]) {
      decodeOrRefuse(() => codec.decodeRequest(bytes), maxMs);
      decodeOrRefuse(() => codec.decodeResponse(bytes), maxMs);
    }
  });
});

describe.each([codecV2, codecV3])("limits of $name", (codec: ProtocolCodec) => {
  const limited = (message: string) => expect.objectContaining({ code: "limit_exceeded", message });

  it("takes 10,000 invocations, and not one more", () => {
    const batch = codec.decodeRequest(request(times(10_000, "1a00")));
    expect(batch.invocations).toHaveLength(10_000);
    expect(() => codec.decodeRequest(request(times(10_001, "1a00")))).toThrow(/maxInvocations/);
  });

  it("takes 1,000 states, and not one more", () => {
    expect(codec.decodeRequest(request(times(1_000, "1200"))).state.size).toBe(1);
    expect(() => codec.decodeRequest(request(times(1_001, "1200")))).toThrow(/maxStates/);
  });

  it("takes 32 MiB, and not one byte more", () => {
    const unknown = (length: number) => new Uint8Array(field("7a", text(length)));
    const padded = Buffer.concat([request(), unknown(33_554_432 - request().length - 5)]);
    expect(padded.length).toBe(33_554_432);
    expect(codec.decodeRequest(new Uint8Array(padded)).target.id).toBe("x");
    const longer = new Uint8Array(Buffer.concat([padded, Buffer.from("7a00", "hex")]));
    expect(() => codec.decodeRequest(longer)).toThrow(limited(expect.stringMatching(/maxBytes/)));
  });

  it("takes other limits", () => {
    const decode =
      (bytes: Uint8Array, limits: Parameters<ProtocolCodec["decodeRequest"]>[1]) => () =>
        codec.decodeRequest(bytes, limits);
    expect(decode(request(times(2, "1a00")), { maxInvocations: 1 })).toThrow(
      /maxInvocations \(1\)/,
    );
    expect(decode(request(times(2, "1200")), { maxStates: 1 })).toThrow(/maxStates \(1\)/);
    expect(decode(request(), { maxBytes: 5 })).toThrow(/maxBytes \(5\)/);
    expect(decode(request(times(10_001, "1a00")), { maxInvocations: 10_001 })).not.toThrow();
  });
});

describe("the limit of headers", () => {
  const headers = (count: number) => request(invocation(field("12", times(count, "2200"))));

  it("is 100,000 in a request, and not one more", () => {
    const [only] = codecV3.decodeRequest(headers(100_000)).invocations;
    expect(only?.argument.headers).toHaveLength(100_000);
    expect(() => codecV3.decodeRequest(headers(100_001))).toThrow(/maxHeaders/);
  });

  it("counts all messages together", () => {
    const two = request(...[1, 2].map(() => invocation(field("12", times(60_000, "2200")))));
    expect(() => codecV3.decodeRequest(two)).toThrow(/maxHeaders/);
  });
});
