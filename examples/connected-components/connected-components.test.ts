import { createTestRuntime, type TestOptions, type TestRuntime } from "statefun/testing";
import { expect, it } from "vitest";
import { components, Edge, functions, vertex } from "./functions.ts";

async function graphOf(edges: readonly string[], options: TestOptions = {}): Promise<TestRuntime> {
  const runtime = await createTestRuntime(functions, options);
  for (const [from = "", to = ""] of edges) await runtime.send(vertex.at(from), Edge.of({ to }));
  return runtime;
}

/** The newest record of each vertex, as a compacted topic has it. */
const newest = (runtime: TestRuntime) =>
  Object.fromEntries(runtime.emitted(components).map(({ key, value }) => [key, value]));

it("names a component by its smallest vertex", async () => {
  const runtime = await graphOf(["cb", "ed"], { rules: "flink" });
  expect(newest(runtime)).toEqual({ b: "b", c: "b", d: "d", e: "d" });
});

it("joins components as soon as an edge does, in either direction", async () => {
  const runtime = await graphOf(["cb", "ed", "ce"]);
  expect(newest(runtime)).toEqual({ b: "b", c: "b", d: "b", e: "b" });
  await runtime.send(vertex.at("a"), Edge.of({ to: "d" }));
  expect(newest(runtime)).toEqual({ a: "a", b: "a", c: "a", d: "a", e: "a" });
});

it("comes to rest in a ring, and learns nothing from an edge that it knows", async () => {
  const runtime = await graphOf(["ab", "bc", "cd", "da"]);
  const before = runtime.emitted(components).length;
  for (const [from = "", to = ""] of ["ba", "cd", "aa"]) {
    await runtime.send(vertex.at(from), Edge.of({ to }));
  }
  expect(runtime.emitted(components)).toHaveLength(before);
  expect(runtime.state(vertex.at("a")).neighbours.toSorted()).toEqual(["b", "d"]);
});

it.for([1, 2, 3, 4])(
  "gives what a search of the whole graph gives, over crashes (%i)",
  async (seed) => {
    const names = "abcdefghijklmnop";
    const pick = (n: number) => names[(n * 7 + seed * 13 + ((n * n) % 11)) % names.length] ?? "a";
    const edges = Array.from({ length: 12 }, (_, n) => `${pick(n)}${pick(n * 3 + seed)}`);
    const runtime = await graphOf(edges, { crashProbability: 0.2, seed });
    const expected = searched(edges);
    expect(newest(runtime)).toEqual(expected);
  },
);

/** By giving both ends of each edge the smaller name, until nothing changes. */
function searched(edges: readonly string[]): Record<string, string> {
  const found = new Map<string, string>();
  const real = edges.filter(([from, to]) => from !== to);
  for (const vertex of real.join("")) found.set(vertex, vertex);
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const [from = "", to = ""] of real) {
      const [low = ""] = [found.get(from) ?? "", found.get(to) ?? ""].sort();
      isChanged ||= found.get(from) !== low || found.get(to) !== low;
      found.set(from, low).set(to, low);
    }
  }
  return Object.fromEntries(found);
}
