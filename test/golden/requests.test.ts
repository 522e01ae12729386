import { codecV2, codecV3, detectProtocol } from "statefun/protocol";
import { describe, expect } from "vitest";
import { coverageOf } from "./coverage.ts";
import { deviationOf } from "./deviations.ts";
import { checkDeviations, expectRefusal } from "./expectation.ts";
import { bytesFromHex, expand, type Hex, hexFromBytes, type Item, type Json } from "./fixtures.ts";
import type { RequestMeaning } from "./meaning.ts";
import { batchFromMeaning } from "./model.ts";

interface RequestItem extends Item {
  readonly hex: Hex;
  readonly meaning: RequestMeaning;
  /** protobuf-java's bytes, where `hex` is odd. */
  readonly canonicalHex?: Hex;
}

const file = "requests.json";
const coverage = coverageOf<RequestItem>(file);

/** Meanings are JSON by construction, and stay what they are when expanded. */
const meaningFrom = (item: RequestItem) => expand(item.meaning as Json) as RequestMeaning;

function canonicalBytes(item: RequestItem): Uint8Array {
  return bytesFromHex(item.canonicalHex ?? item.hex);
}

const codecOf = (item: RequestItem) => (item.wire === "v2" ? codecV2 : codecV3);

/** Deviations name the case on its wire. */
const caseOf = ({ case: name, wire }: RequestItem) => (wire === "v2" ? `v2/${name}` : name);

/** Whether an argument has a value, which is what tells the wires apart. */
function isDecided({ invocation }: RequestMeaning): boolean {
  return (invocation?.invocations ?? []).some(
    ({ argument }) => argument !== null && (argument.has_value ?? argument.value !== ""),
  );
}

function testRequest(item: RequestItem): void {
  coverage.test(item, `reads ${item.name} and writes its canonical bytes`, () => {
    const codec = codecOf(item);
    const bytes = bytesFromHex(item.hex);
    const batch = codec.decodeRequest(bytes);
    if (isDecided(meaningFrom(item))) expect(detectProtocol(bytes)).toBe(item.wire);
    expect(batch).toEqual(batchFromMeaning(meaningFrom(item), item.wire));
    const written = codec.encodeRequest(batch);
    const same = hexFromBytes(written) === hexFromBytes(canonicalBytes(item));
    expect(same).toBe(deviationOf(file, caseOf(item)) === undefined);
    expect(codec.decodeRequest(written)).toEqual(batch);
  });
}

describe(file, () => {
  for (const item of coverage.items) {
    const follows = deviationOf(file, caseOf(item))?.follows;
    if (follows === undefined || follows === "ours") testRequest(item);
    else {
      coverage.test(item, `refuses ${item.name} with ${follows}`, () =>
        expectRefusal(
          () => codecOf(item).decodeRequest(bytesFromHex(item.hex)),
          "malformed_request",
        ),
      );
    }
  }

  checkDeviations(file, (deviation) =>
    coverage.items.some((item) => caseOf(item) === deviation.case) ? true : undefined,
  );
  coverage.check(117);
});
