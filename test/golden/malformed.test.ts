import { isDeepStrictEqual } from "node:util";
import { codecV2, codecV3 } from "statefun/protocol";
import { describe, expect } from "vitest";
import { coverageOf } from "./coverage.ts";
import { deviationOf } from "./deviations.ts";
import { checkDeviations, expectRefusal } from "./expectation.ts";
import { bytesFromHex, expand, type Hex, type Item, type Json } from "./fixtures.ts";
import type { RequestMeaning, ResponseMeaning } from "./meaning.ts";
import { batchFromMeaning, NoModelError, outcomeFromMeaning } from "./model.ts";

type Meaning = RequestMeaning & ResponseMeaning;

interface MalformedItem extends Item {
  readonly message: "ToFunction" | "FromFunction";
  readonly hex: Hex;
  readonly reason: string;
  readonly results: Readonly<
    Record<string, { readonly accepted: boolean; readonly meaning?: Meaning }>
  >;
  /** When all parsers agree. */
  readonly meaning?: Meaning;
}

const file = "malformed.json";
const coverage = coverageOf<MalformedItem>(file);

/** The JavaScript parser checks too little to be a judge. */
const strict = { v2: ["java2", "python2"], v3: ["go", "python", "java"] } as const;

function meaningBy(item: MalformedItem, parser: string): Meaning | undefined {
  const result = item.results[parser];
  return result?.accepted ? (result.meaning ?? item.meaning) : undefined;
}

/** What the strict parsers all read; undefined when one of them refuses, or they differ. */
function agreedMeaning(item: MalformedItem): Meaning | undefined {
  const [first, ...others] = strict[item.wire].map((parser) => meaningBy(item, parser));
  return others.every((other) => isDeepStrictEqual(other, first)) ? first : undefined;
}

/** The model of a meaning; undefined when there is none, so that the bytes must be refused. */
function modelOf(item: MalformedItem, parsed: Meaning | undefined): unknown {
  if (parsed === undefined) return undefined;
  if (parsed.summary !== undefined) return parsed.summary;
  // Meanings are JSON by construction, and stay what they are when expanded.
  const meaning = expand(parsed as Json) as Meaning;
  try {
    return item.message === "ToFunction"
      ? batchFromMeaning(meaning, item.wire)
      : outcomeFromMeaning(meaning, item.wire);
  } catch (error) {
    if (error instanceof NoModelError) return undefined;
    throw error;
  }
}

function decode(item: MalformedItem): unknown {
  const codec = item.wire === "v2" ? codecV2 : codecV3;
  const bytes = bytesFromHex(item.hex);
  return item.message === "ToFunction" ? codec.decodeRequest(bytes) : codec.decodeResponse(bytes);
}

function testMalformed(item: MalformedItem): void {
  const follows = deviationOf(file, item.case)?.follows;
  const meaning = follows === undefined ? agreedMeaning(item) : meaningBy(item, follows);
  const model = modelOf(item, meaning);
  if (model === undefined) {
    const code = follows === "limit_exceeded" ? follows : "malformed_request";
    coverage.test(item, `refuses ${item.name}: ${item.reason}`, () =>
      expectRefusal(() => decode(item), code),
    );
  } else {
    coverage.test(item, `reads ${item.name}: ${item.reason}`, () =>
      expect(decode(item)).toEqual(model),
    );
  }
}

describe(file, () => {
  for (const item of coverage.items) testMalformed(item);

  checkDeviations(file, (deviation) => {
    const item = coverage.items.find((one) => one.case === deviation.case);
    if (item === undefined) return undefined;
    const agreed = modelOf(item, agreedMeaning(item));
    return !isDeepStrictEqual(agreed, modelOf(item, meaningBy(item, deviation.follows)));
  });
  coverage.check(127);
});
