import type { StateFunErrorCode } from "statefun";
import { codecV2, codecV3 } from "statefun/protocol";
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
import { expand, hexFromBytes, type Json } from "./fixtures.ts";
import { normalize, type ResponseMeaning } from "./meaning.ts";
import { responseMeaning } from "./oracle.ts";
import { type ExchangeItem, runProgram } from "./program.ts";

function outcomesOf(items: readonly ExchangeItem[]): Outcomes {
  const outcomes = new Map<string, Json | undefined>();
  for (const { producer, response, rejectedBy } of items) {
    for (const sdk of Object.keys(rejectedBy ?? {})) outcomes.set(sdk, undefined);
    // A meaning is JSON by construction.
    if (response) outcomes.set(sdkOf(producer), normalize(expand(response.meaning as Json)));
  }
  return outcomes;
}

/** The codes of what every SDK refuses, by the beginning of the case; the rest is an argument's fault. */
const refusals: readonly (readonly [prefix: string, code: StateFunErrorCode | undefined])[] = [
  ["state-odd/", "state_undecodable"],
  ["reply/caller-empty-fields", "no_caller"],
  ["odd-request/unknown-function-type", "unknown_function"],
  ["odd-request/target-empty-namespace", "unknown_function"],
  ["odd-bytes/zero-bytes", "malformed_request"],
  // The program refuses to make text of those bytes, not the SDK.
  ["kafka/key-", undefined],
];

function refusalOf({ case: name }: ExchangeItem): StateFunErrorCode | undefined {
  const known = refusals.find(([prefix]) => name.startsWith(prefix));
  return known === undefined ? "invalid_argument" : known[1];
}

describe.for([
  ["exchanges-v3.json", 593],
  ["exchanges-v2.json", 56],
] as const)("%s", ([file, count]) => {
  const coverage = coverageOf<ExchangeItem>(file);
  const outcomes = new Map(
    [...groupByCase(coverage.items)].map(([name, items]) => [name, outcomesOf(items)]),
  );

  for (const item of coverage.items) {
    const expectation = expectationOf(file, item.case, outcomes.get(item.case) ?? new Map(), "js");
    if ("refuse" in expectation) {
      const refuse = expectation.refuse ?? refusalOf(item);
      coverage.test(item, `refuses ${item.name}`, () =>
        expectRefusal(() => runProgram(item), refuse),
      );
    } else {
      coverage.test(item, `answers ${item.name} like ${expectation.like}`, async () => {
        const response = await runProgram(item);
        // The table gives bytes where no SDK has a meaning.
        const { give } = expectation;
        if (typeof give === "string") expect(hexFromBytes(response)).toBe(give);
        else expect(normalize(responseMeaning(response, item.wire))).toEqual(give);
        const codec = item.wire === "v2" ? codecV2 : codecV3;
        const again = codec.encodeResponse(codec.decodeResponse(response));
        expect(hexFromBytes(again)).toBe(hexFromBytes(response));
      });
    }
  }

  it("writes no effects as an empty result", async () => {
    const item = coverage.items.find((one) => one.case === "no-effects/stateless");
    expect(item && hexFromBytes(await runProgram(item))).toBe("a20600");
  });

  checkDeviations(file, (deviation) => {
    const known = outcomes.get(deviation.case);
    return known && !isRedundant(deviation, known, "js");
  });
  coverage.check(count);
});

describe("exchanges-v3.json, incomplete", () => {
  const { items } = coverageOf<ExchangeItem>("exchanges-v3.json");
  // The Python SDK keeps the order in all of its cases; Java and Go have the order of a hash map.
  const ordered = items.filter(
    (item) =>
      sdkOf(item.producer) === "python" &&
      item.response?.meaning.incomplete_invocation_context !== undefined &&
      deviationOf("exchanges-v3.json", item.case) === undefined,
  );

  const namesOf = (meaning: ResponseMeaning) =>
    meaning.incomplete_invocation_context?.missing_values.map((value) => value.state_name);

  it.for(ordered)("lists the states of $case in the order of their declaration", async (item) => {
    const ours = responseMeaning(await runProgram(item), "v3");
    expect(namesOf(ours)).toEqual(item.response && namesOf(item.response.meaning));
  });
});
