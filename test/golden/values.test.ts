import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { codecV2 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { coverageOf } from "./coverage.ts";
import { deviationOf } from "./deviations.ts";
import {
  checkDeviations,
  expectationOf,
  expectRefusal,
  groupByCase,
  isRedundant,
  type Outcomes,
  sdkOf,
} from "./expectation.ts";
import { bytesFromHex, expand, type Hex, hexFromBytes, type Item, type Json } from "./fixtures.ts";
import { fixtureOf, type TypedFixture, typeNamed, valueFrom } from "./types.ts";

/** What an SDK reads: a plain value, or the bits of a float, the hex of bytes or of a message. */
type Read =
  | Json
  | { readonly bits: string }
  | { readonly hex: string }
  | { readonly proto: string };

interface ValueItem extends Item {
  readonly typename: string;
  readonly hex: Hex | null;
  readonly meaning: {
    readonly value?: TypedFixture;
    readonly packed?: TypedFixture;
  };
  readonly results?: Readonly<
    Record<string, { readonly accepted: boolean; readonly value?: Read }>
  >;
  readonly rejectedBy?: Readonly<Record<string, string>>;
}

const file = "values.json";
const coverage = coverageOf<ValueItem>(file);
const cases = groupByCase(coverage.items);

const builtinPrefix = "io.statefun.types/";

/** As `fixtureOf` writes it. */
function readOf(read: Read | undefined): Json {
  if (typeof read === "object" && read !== null && !Array.isArray(read)) {
    for (const key of ["bits", "hex", "proto"] as const) if (key in read) return Object(read)[key];
  }
  return expand((read ?? null) as Json);
}

/** The bytes of a value by SDK, or what each SDK reads from the bytes of a case. */
function outcomesOf(items: readonly ValueItem[]): Outcomes {
  const outcomes = new Map<string, Json | undefined>();
  for (const { kind, producer, hex, results, rejectedBy } of items) {
    for (const sdk of Object.keys(rejectedBy ?? {})) outcomes.set(sdk, undefined);
    for (const [sdk, result] of Object.entries(results ?? {})) {
      outcomes.set(sdk, result.accepted ? readOf(result.value) : undefined);
    }
    if (kind === "value") outcomes.set(sdkOf(producer), hexFromBytes(bytesFromHex(hex ?? "")));
  }
  return outcomes;
}

const preferredOf = (items: readonly ValueItem[]) =>
  items.some(({ kind }) => kind === "value-decode") ? "go" : "js";

function expectationFor(item: ValueItem) {
  const items = cases.get(item.case) ?? [];
  return expectationOf(file, item.case, outcomesOf(items), preferredOf(items));
}

function testEncode(item: ValueItem, fixture: TypedFixture): void {
  const name = fixture.type ?? "";
  const encode = () => hexFromBytes(typeNamed(name).encode(valueFrom(fixture)));
  const expectation = expectationFor(item);
  if ("refuse" in expectation) {
    const code = expectation.refuse ?? "value_invalid";
    coverage.test(item, `refuses to write ${item.name}`, () => expectRefusal(encode, code));
    return;
  }
  coverage.test(item, `writes ${item.case} like ${expectation.like}, reads ${item.name}`, () => {
    expect(encode()).toBe(expectation.give);
    expect(typeNamed(name).typename).toBe(item.typename);
    // What other SDKs write reads as the same value, be its bytes ours or not.
    const read = typeNamed(name).decode(bytesFromHex(item.hex ?? String(expectation.give)));
    expect(read).toEqual(valueFrom(fixture));
  });
}

function testDecode(item: ValueItem): void {
  const name = item.typename.slice(builtinPrefix.length);
  const read = () => fixtureOf(name, typeNamed(name).decode(bytesFromHex(item.hex ?? "")));
  const expectation = expectationFor(item);
  if ("refuse" in expectation) {
    const code = expectation.refuse ?? "value_invalid";
    coverage.test(item, `refuses to read ${item.name}`, () => expectRefusal(read, code));
    return;
  }
  coverage.test(item, `reads ${item.name} like ${expectation.like}`, () => {
    expect(read()).toEqual(expectation.give);
  });
}

/** A request of v2 whose only state holds these bytes. */
function requestWithState(bytes: Uint8Array): Uint8Array {
  const state = new BinaryWriter().uint32(0x0a).string("s").uint32(0x12).bytes(bytes).finish();
  const target = new BinaryWriter().uint32(0x12).string("f").finish();
  const batch = new BinaryWriter().uint32(0x0a).bytes(target).uint32(0x12).bytes(state).finish();
  return new BinaryWriter().uint32(0x322).bytes(batch).finish();
}

/** The bytes that a response of v2 stores for a value. */
function storedBytes(typename: string, bytes: Uint8Array): string {
  const response = codecV2.encodeResponse({
    kind: "completed",
    mutations: [{ name: "s", value: { typename, bytes, headers: [] } }],
    messages: [],
    delayed: [],
    egresses: [],
  });
  return hexFromBytes(response);
}

function testAny(item: ValueItem, packed: TypedFixture): void {
  coverage.test(item, `stores and reads ${item.name}`, () => {
    const type = typeNamed(`proto:${packed.proto}`);
    const hex = deviationOf(file, item.case)?.gives ?? hexFromBytes(bytesFromHex(item.hex ?? ""));
    expect(type.typename).toBe(item.typename);
    expect(storedBytes(type.typename, type.encode(valueFrom(packed)))).toMatch(
      new RegExp(`${hex}$`),
    );
    const stored = codecV2.decodeRequest(requestWithState(bytesFromHex(hex))).state.get("s");
    expect(stored?.typename).toBe(item.typename);
    expect(type.decode(stored?.bytes ?? new Uint8Array(0))).toEqual(valueFrom(packed));
  });
}

describe(file, () => {
  for (const item of coverage.items) {
    const { value, packed } = item.meaning;
    if (value !== undefined) testEncode(item, value);
    else if (packed !== undefined) testAny(item, packed);
    else testDecode(item);
  }

  it("names its built-in types as StateFun does", () => {
    for (const name of ["bool", "int", "long", "float", "double", "string"]) {
      expect(typeNamed(name).typename).toBe(builtinPrefix + name);
    }
  });

  checkDeviations(file, (deviation) => {
    const items = cases.get(deviation.case);
    return items && !isRedundant(deviation, outcomesOf(items), preferredOf(items));
  });
  coverage.check(291);
});
