import { expect, it } from "vitest";
import { abandonInObjects } from "../../src/durable-object/worker/abandon-objects.ts";
import type { MovesParts } from "../../src/durable-object/worker/worker-moves.ts";

const sha256 = "0".repeat(64);
const list = Array.from({ length: 40 }, (_, id) => `{"function":"demo/fn","id":"${id}"}`);
const by = { who: "ann", why: undefined, key: "a key" };
const refused = { error: { code: "conflict", message: "it has run since" } };
const broken = () => Promise.reject(new Error("the object was ended"));

/** Asks forty objects, with what some of them answer. */
async function abandoned(
  answers: Record<string, object | (() => Promise<never>)>,
  { isCheck = false, note = async (): Promise<object> => ({ value: undefined }) } = {},
) {
  const notes: unknown[] = [];
  const move = async (name: string, kind: string, asked: unknown): Promise<object> => {
    if (kind === "noteAbandoned") {
      notes.push(asked);
      return note();
    }
    const answer = answers[name] ?? { value: name.startsWith("demo/fn/") };
    return typeof answer === "function" ? answer() : answer;
  };
  // What is asked of the Worker here.
  const parts = {
    host: { keptEgresses: () => [] },
    placement: ({ typename, id }: { typename: string; id: string }) => `${typename}/${id}`,
    isPaused: true,
    stub: () => ({ move }),
  } as unknown as MovesParts;
  const lines = new TextEncoder().encode(list.join("\n"));
  const want = { sha256, isCheck, lines, after: undefined, objects: 400, isListed: false };
  const [result] = await Promise.allSettled([abandonInObjects(parts, want, by)]);
  return { result, notes };
}

const failed = (message: string) => ({
  status: "rejected",
  reason: expect.objectContaining({ message: expect.stringContaining(message) }),
});
const noted = (count: number) => [{ sha256, count, who: "ann", why: undefined, key: "a key" }];

it("what objects have abandoned is written down, whichever of them refuses", async () => {
  expect(await abandoned({})).toMatchObject({ result: { value: { count: 40 } }, notes: noted(40) });
  for (const id of [0, 20, 39]) {
    const { result, notes } = await abandoned({ [`demo/fn/${id}`]: refused });
    expect(result).toEqual(failed("it has run since"));
    expect(notes).toEqual(noted(39));
  }
});

it("that an object may have abandoned it is written down, and what has refused is not", async () => {
  const all = list.map((line) => `demo/fn/${JSON.parse(line).id}`);
  const unknown = await abandoned(Object.fromEntries(all.map((name) => [name, broken])));
  expect(unknown).toEqual({ result: failed("the object was ended"), notes: noted(0) });
  const none = await abandoned(Object.fromEntries(all.map((name) => [name, refused])));
  expect(none).toEqual({ result: failed("it has run since"), notes: [] });
  const check = await abandoned({ "demo/fn/3": broken }, { isCheck: true });
  expect(check).toEqual({ result: failed("the object was ended"), notes: [] });
});

it("what objects have abandoned before is written down with the next request, as nobody may have done it", async () => {
  const all = list.map((line) => `demo/fn/${JSON.parse(line).id}`);
  const before = { value: "before" };
  const repeated = await abandoned(Object.fromEntries(all.map((name) => [name, before])));
  expect(repeated).toMatchObject({ result: { value: { count: 0 } }, notes: noted(0) });
  const last = await abandoned(Object.fromEntries(all.slice(1).map((name) => [name, before])));
  expect(last).toMatchObject({ result: { value: { count: 1 } }, notes: noted(1) });
  const nothing = { value: false };
  const none = await abandoned(Object.fromEntries(all.map((name) => [name, nothing])));
  expect(none).toMatchObject({ result: { value: { count: 0 } }, notes: [] });
});

it("an error of an object is not hidden by one of the log, which is an error by itself", async () => {
  const note = () => Promise.reject(new Error("the log was ended"));
  const both = await abandoned({ "demo/fn/3": refused }, { note });
  expect(both.result).toEqual(failed("it has run since"));
  const one = await abandoned({}, { note });
  expect(one.result).toEqual(failed("40 objects, which could not be written"));
});
