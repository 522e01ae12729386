import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf } from "../../durable-object/support/client.ts";
import { type Objects, startObjects } from "../../durable-object/support/objects.ts";
import { chainTree } from "../support/chain.ts";
import { type SpanLike, tracesOf, treeOf } from "../support/trees.ts";

interface Seen extends SpanLike {
  readonly attributes: Readonly<Record<string, unknown>>;
}

let objects: Objects;
const { control, post } = clientOf(() => objects);

beforeAll(async () => {
  objects = await startObjects(
    join(import.meta.dirname, "worker.ts"),
    {},
    {
      compatibilityFlags: ["nodejs_compat"],
    },
  );
});
afterAll(() => objects.close());

const spans = () => control<Seen[]>("spans");
const of = (all: readonly Seen[], traceId: string) =>
  all.filter((span) => span.traceId === traceId);
const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

function traceparent(): { readonly traceId: string; readonly headers: Record<string, string> } {
  const hex = () => Math.random().toString(16).slice(2, 10).padEnd(8, "1");
  const traceId = [hex(), hex(), hex(), hex()].join("");
  return { traceId, headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } };
}

describe("one trace through objects", () => {
  it("from an HTTP request through three functions, a timer and back", async () => {
    const { traceId, headers } = traceparent();
    expect((await post("trace/first/1", "start", headers)).status).toBe(202);
    await expect.poll(() => control<unknown[]>("records")).toHaveLength(1);
    const all = of(await spans(), traceId);
    expect(treeOf(all)).toEqual(chainTree);
    const [root] = all.toSorted((left, right) => left.startedAt - right.startedAt);
    expect(root).toMatchObject({ parentId: "b7ad6b7169203331", links: ["b7ad6b7169203331"] });
    expect(root?.attributes).toMatchObject({
      "statefun.engine": "durable-object",
      "statefun.attempt": 1,
      "statefun.instance.id": "1",
    });
    const sent = all.find(({ name }) => name === "send trace/ends");
    const expected = `00-${traceId}-${sent?.spanId}-01`;
    expect(await control("records")).toEqual([{ value: "1", traceparent: expected }]);
  });

  it("with the end of the process while the timer waits", async () => {
    const { traceId, headers } = traceparent();
    await post("trace/first/2", "start", headers);
    let before: Seen[] = [];
    const isThird = ({ name }: Seen) => name === "process trace/third";
    await expect
      .poll(async () => {
        before = of(await spans(), traceId);
        return before.filter(isThird);
      })
      .toHaveLength(1);
    await objects.restart();
    await expect.poll(() => control<unknown[]>("records")).toHaveLength(1);
    const all = [...before, ...of(await spans(), traceId)];
    // What was not stored when the process ended runs again, and is told again.
    expect([...new Set(treeOf(all))]).toEqual(expect.arrayContaining([...chainTree]));
    expect(treeOf(all).at(-1)).toBe(chainTree.at(-1));
  });

  it.each(["send", "other"])("from a client of the Worker (%s)", async (what) => {
    await control(what, { name: "first", id: what, text: "start" });
    const isLast = ({ name }: Seen) => name === "send trace/ends";
    const roots = async () =>
      (await spans()).filter(
        ({ name, attributes }) =>
          name === "send trace/first" && attributes["statefun.instance.id"] === what,
      );
    await expect.poll(async () => (await roots()).length).toBe(1);
    const [root] = await roots();
    await expect
      .poll(async () => of(await spans(), root?.traceId ?? "").filter(isLast).length)
      .toBe(1);
    const all = of(await spans(), root?.traceId ?? "");
    expect(treeOf(all)).toEqual(["send trace/first", ...indented(chainTree)]);
    expect(tracesOf(all)).toBe(1);
  });
});

describe("what fails in an object", () => {
  it("is a span for each attempt; its dead letter and the replay are of the same trace", async () => {
    const { traceId, headers } = traceparent();
    await post("trace/flaky/1", "never", headers);
    const mine = async () => of(await spans(), traceId);
    await expect.poll(async () => (await mine()).length).toBe(2);
    await expect.poll(() => control("replay")).toBe(1);
    await expect.poll(async () => (await mine()).length).toBe(3);
    expect(
      (await mine()).map(({ name, attributes, parentId }) => [
        name,
        attributes["statefun.attempt"],
        attributes["error.type"],
        attributes["own"],
        parentId,
      ]),
    ).toEqual([
      ["process trace/flaky", 1, "RangeError", "1", "b7ad6b7169203331"],
      ["process trace/flaky", 2, "RangeError", "1", "b7ad6b7169203331"],
      ["process trace/flaky", 1, undefined, "1", "b7ad6b7169203331"],
    ]);
  });
});
