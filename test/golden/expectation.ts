import { isDeepStrictEqual } from "node:util";
import { NonRetryableError, StateFunError, type StateFunErrorCode } from "statefun";
import { expect, it } from "vitest";
import { type Deviation, deviationOf, deviations, type Sdk } from "./deviations.ts";
import { hexFromBytes, type Item, type Json } from "./fixtures.ts";

/** What we must do in a case: give this, or refuse it (with this code, if the table says one). */
export type Expectation =
  | { readonly give: Json; readonly like: string }
  | { readonly refuse: StateFunErrorCode | undefined };

/** What each SDK gives in a case; undefined is a refusal, and one that lacks the feature is not there. */
export type Outcomes = ReadonlyMap<string, Json | undefined>;

const sdks: readonly string[] = ["java", "js", "python", "go"];

/** `js-sdk 3.3.0` → `js` */
export function sdkOf(producer: string): string {
  return producer.slice(0, producer.indexOf("-"));
}

export function groupByCase<T extends Item>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.case, [...(groups.get(item.case) ?? []), item]);
  return groups;
}

function answerOf(outcomes: Outcomes, sdk: string): Expectation {
  const give = outcomes.get(sdk);
  return give === undefined ? { refuse: undefined } : { give, like: sdk };
}

/** As the preferred SDK; undefined when that lacks the feature and the others differ. */
function byDefault(outcomes: Outcomes, preferred: Sdk): Expectation | undefined {
  if (outcomes.has(preferred)) return answerOf(outcomes, preferred);
  const [[first, outcome] = ["", undefined], ...others] = outcomes;
  if (others.some(([, other]) => !isDeepStrictEqual(other, outcome))) return undefined;
  return answerOf(outcomes, first);
}

function byTable({ case: name, follows, gives }: Deviation, outcomes: Outcomes): Expectation {
  if (gives !== undefined) return { give: gives, like: "no SDK" };
  const outcome = outcomes.get(follows);
  if (outcome !== undefined) return { give: outcome, like: follows };
  if (follows === "ours" || sdks.includes(follows)) {
    throw new Error(`${name}: the table says ${follows}, whose answer is not known`);
  }
  // What is neither an SDK nor ours is a code.
  return { refuse: follows as StateFunErrorCode };
}

export function expectationOf(
  file: string,
  name: string,
  outcomes: Outcomes,
  preferred: Sdk,
): Expectation {
  const deviation = deviationOf(file, name);
  const expectation =
    deviation === undefined ? byDefault(outcomes, preferred) : byTable(deviation, outcomes);
  if (expectation === undefined) throw new Error(`${name}: the SDKs differ, whom do we follow?`);
  return expectation;
}

/** Whether the table's line for a case says something that goes without saying. */
export function isRedundant(deviation: Deviation, outcomes: Outcomes, preferred: Sdk): boolean {
  const normal = byDefault(outcomes, preferred);
  if (normal === undefined || deviation.follows === "ours") return false;
  const table = byTable(deviation, outcomes);
  if ("refuse" in table || "refuse" in normal) return "refuse" in table && "refuse" in normal;
  return isDeepStrictEqual(table.give, normal.give);
}

/** A deviation must be one: `deviates` says whether a case's line is needed, undefined that there is no such case. */
export function checkDeviations(
  file: string,
  deviates: (deviation: Deviation) => boolean | undefined,
): void {
  it(`has no line in the table of deviations that is not needed for ${file}`, () => {
    const lines = deviations.filter((deviation) => deviation.file === file);
    expect(lines.filter((line) => deviates(line) !== true).map((line) => line.case)).toEqual([]);
  });
}

/** Ends in an error of ours, with the code if one is given. */
export async function expectRefusal(
  run: () => unknown,
  code: StateFunErrorCode | undefined,
): Promise<void> {
  const failure = await Promise.resolve()
    .then(run)
    .then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  if ("value" in failure) {
    const { value } = failure;
    const shown = value instanceof Uint8Array ? hexFromBytes(value) : JSON.stringify(value);
    expect.fail(`gave ${shown}`);
  }
  const { error } = failure;
  const known = error instanceof StateFunError || error instanceof NonRetryableError;
  if (!known) throw error;
  if (code !== undefined) expect(error).toMatchObject({ code });
}
