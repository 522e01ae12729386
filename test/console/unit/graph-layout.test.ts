import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Edge, Graph } from "../../../src/console/page/api/types.ts";
import { boxOf, overlap } from "../../../src/console/page/graph/labels.ts";
import { layersOf } from "../../../src/console/page/graph/layers.ts";
import { type Layout, layoutOf } from "../../../src/console/page/graph/layout.ts";
import { busiest, maxEdges, maxNodes, modelOf } from "../../../src/console/page/graph/model.ts";

const functionKey = (name: string) => `function ${name}`;
const egressKey = (name: string) => `egress ${name}`;
const ingressKey = (name: string) => `ingress ${name}`;

type Pair = readonly [from: string, to: string];

const edge = ([from, to]: Pair, messages = 10): Edge => {
  const [kind = "", ...name] = from.split(" ");
  const [toKind = "", ...toName] = to.split(" ");
  const known = ["function", "http", "ingress", "client", "timer"] as const;
  return {
    from: {
      kind: known.find((one) => one === kind) ?? "client",
      ...(name.length > 0 && { name: name.join(" ") }),
    },
    to: { kind: toKind === "egress" ? "egress" : "function", name: toName.join(" ") },
    messages,
  };
};

const graphOf = (pairs: readonly Pair[]): Graph => ({
  sinceMs: 0,
  edges: pairs.map((pair, index) => edge(pair, 1 + index)),
});

const laidOut = (pairs: readonly Pair[], functions: readonly string[] = [], width = 900) => {
  const model = busiest(modelOf(graphOf(pairs), functions));
  return { model, layout: layoutOf(model, { width, heightOf: () => 56 }) };
};

const shop: readonly Pair[] = [
  ["ingress shop/orders", "function shop/cart"],
  ["http", "function shop/cart"],
  ["http", "function shop/customer"],
  ["function shop/cart", "function shop/stock"],
  ["function shop/cart", "function shop/payment"],
  ["function shop/payment", "function shop/cart"],
  ["function shop/cart", "function shop/customer"],
  ["function shop/customer", "function shop/mailer"],
  ["function shop/stock", "egress shop/ledger"],
  ["function shop/mailer", "egress shop/mails"],
  ["timer shop/cart", "function shop/cart"],
];

/** Every rule of the picture. */
const assertReadable = ({ boxes, lines, labels: middles, width, height }: Layout): void => {
  const nodes = [...boxes.values()];
  const labels = [...middles.values()].map(boxOf);
  for (const [index, box] of [...nodes, ...labels].entries()) {
    for (const other of [...nodes, ...labels].slice(index + 1)) {
      expect(overlap(box, other), JSON.stringify([box, other])).toBe(false);
    }
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
  }
  for (const [key, { tip, angle, curves }] of lines) {
    const target = boxes.get(key.split("\n")[1] ?? "");
    if (target === undefined) throw new Error(`${key} leads to nothing`);
    const { x, y } = target;
    const isLevel = angle !== 90;
    const borders = isLevel ? [x, x + target.width] : [y];
    expect(borders).toContain(isLevel ? tip.x : tip.y);
    for (const point of curves.flat()) {
      expect(point.x).toBeGreaterThanOrEqual(0);
      expect(point.x).toBeLessThanOrEqual(width);
    }
  }
};

describe("the layers of the graph", () => {
  it("are the distance from outside, with ways out at the right", () => {
    const layers = layersOf(modelOf(graphOf(shop), []));
    expect(Object.fromEntries(layers)).toEqual({
      [ingressKey("shop/orders")]: 0,
      "http ": 0,
      [functionKey("shop/cart")]: 1,
      [functionKey("shop/customer")]: 1,
      [functionKey("shop/mailer")]: 2,
      [functionKey("shop/payment")]: 2,
      [functionKey("shop/stock")]: 2,
      [egressKey("shop/ledger")]: 3,
      [egressKey("shop/mails")]: 3,
    });
  });

  it("begin somewhere when all functions send in a circle", () => {
    const ring: Pair[] = ["a", "b", "c"].map((name, index) => [
      `function x/${name}`,
      `function x/${["b", "c", "a"][index]}`,
    ]);
    const layers = layersOf(modelOf(graphOf(ring), []));
    expect([...layers.values()].sort()).toEqual([0, 1, 2]);
  });

  it("give functions without messages a place", () => {
    const layers = layersOf(modelOf(undefined, ["a/b", "c/d"]));
    expect([...layers.values()]).toEqual([0, 0]);
  });
});

describe("the layout of the graph", () => {
  it.each([
    ["the shop", shop],
    [
      "a shop with more ways in",
      [
        ...shop.slice(1),
        ["client", "function shop/customer"],
        ["client", "function shop/cart"],
        ["http", "function shop/newsletter"],
      ] satisfies Pair[],
    ],
  ])("crosses no lines of %s that need not cross", (_, pairs) => {
    const { boxes } = laidOut(pairs).layout;
    const isAbove = (one: string, other: string) =>
      (boxes.get(one)?.y ?? 0) < (boxes.get(other)?.y ?? 0);
    const isCustomerAbove = isAbove(functionKey("shop/customer"), functionKey("shop/cart"));
    expect(isAbove(functionKey("shop/mailer"), functionKey("shop/stock"))).toBe(isCustomerAbove);
    expect(isAbove(egressKey("shop/mails"), egressKey("shop/ledger"))).toBe(isCustomerAbove);
  });

  it("puts no label on a node or on another label, and arrows at borders", () => {
    const { layout } = laidOut(shop);
    assertReadable(layout);
    expect(layout.labels.size).toBe(layout.lines.size);
  });

  it("keeps the rules for whatever sends to whatever", () => {
    const names = ["a/a", "b/b", "c/c", "d/d", "e/e", "__proto__/x", "constructor/y"];
    const from = fc.constantFrom(
      "http",
      "client",
      "timer",
      "ingress i/i",
      ...names.map((name) => `function ${name}`),
    );
    const to = fc.constantFrom(
      "egress o/o",
      "egress p/p",
      ...names.map((name) => `function ${name}`),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(from, to), { maxLength: 40 }),
        fc.integer({ min: 200, max: 2_000 }),
        (pairs, width) => {
          assertReadable(laidOut(pairs, names, width).layout);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("does not depend on the order of the answer, nor on the numbers", () => {
    const one = laidOut(shop).layout;
    const edges = [...shop].reverse().map((pair, index) => edge(pair, 9_000 - index));
    const model = busiest(modelOf({ sinceMs: 0, edges }, []));
    expect(layoutOf(model, { width: 900, heightOf: () => 56 })).toEqual(one);
  });

  it("shows the busiest of a large application, in less than a second of work", () => {
    const functions = Array.from({ length: 300 }, (_, index) => `f/${index}`);
    const pairs = functions.flatMap((name, index): Pair[] =>
      [1, 7, 30].map((step) => [
        `function ${name}`,
        `function ${functions[(index * step + 3) % 300]}`,
      ]),
    );
    const before = process.threadCpuUsage();
    const hot = edge(["function f/299", "function f/298"], 1_000_000);
    const graph = { sinceMs: 0, edges: [...graphOf(pairs).edges, hot] };
    const all = modelOf(graph, functions);
    const model = busiest(all);
    const layout = layoutOf(model, { width: 900, heightOf: () => 56 });
    const { user, system } = process.threadCpuUsage(before);
    expect(user + system).toBeLessThan(1_000_000);
    expect(model.nodes.size).toBe(maxNodes);
    expect(model.edges.length).toBeLessThanOrEqual(maxEdges);
    expect(all.nodes.size).toBe(300);
    assertReadable(layout);
    expect([...model.nodes.keys()]).toContain(functionKey("f/299"));
  });

  it("draws a message for later as one from its function, and tells it apart", () => {
    const { model } = laidOut(shop);
    const loop = model.edges.find(({ from, to }) => from === to);
    expect(loop).toMatchObject({ from: functionKey("shop/cart"), isLater: true });
    expect(model.edges.filter(({ isLater }) => isLater)).toEqual([loop]);
  });
});
