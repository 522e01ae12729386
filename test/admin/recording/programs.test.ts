import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { customType, egress, keep, NonRetryableError, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import type { Span } from "../../../src/surface/admin/recording-host.ts";
import { seeded } from "../../../src/testing/random.ts";
import { runs } from "../../effort.ts";

/** What is sent, and what its handler does: found by the name of its type, which a recording has. */
interface Node {
  readonly name: `${string}/${string}`;
  readonly parent: Node | undefined;
  readonly way: "send" | "later" | "emit" | "keep";
  readonly to: string;
  readonly children: Node[];
  readonly isAsync: boolean;
  /** How many attempts fail; all of them where it becomes a dead letter. */
  readonly failures: number;
}

type Dice = (most: number) => number;

function nodeOf(dice: Dice, all: Map<string, Node>, parent: Node | undefined, depth: number): Node {
  const way =
    parent === undefined ? "send" : (["send", "send", "later", "emit", "keep"][dice(5)] ?? "send");
  const node: Node = {
    name: `tree/n${all.size}`,
    parent,
    way: way as Node["way"],
    to: String(dice(3)),
    children: [],
    isAsync: dice(3) === 0,
    failures: dice(12) === 0 ? Number.POSITIVE_INFINITY : dice(8) === 0 ? 1 : 0,
  };
  all.set(node.name, node);
  const isLeaf = node.way === "emit" || node.way === "keep" || depth === 0;
  for (let left = isLeaf ? 0 : dice(5); left > 0; left--) {
    node.children.push(nodeOf(dice, all, node, depth - 1));
  }
  return node;
}

const value = (name: Node["name"]) =>
  customType<string>({
    typename: name,
    encode: (text) => new TextEncoder().encode(text),
    decode: (bytes) => new TextDecoder().decode(bytes),
  }).of("x");

const out = egress("tree/out");
const kept = egress("tree/kept");

/** A program that does what its nodes say. */
function programOf(nodes: ReadonlyMap<string, Node>) {
  const functions = new StatefulFunctions("tree");
  const failed = new Map<string, number>();
  const mended = { isMended: false };
  const fn = functions.bind(
    "tree/fn",
    { retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 2 } },
    (context, message) => {
      const node = nodes.get(message.typename);
      const run = (): void => {
        for (const child of node?.children ?? []) {
          const target = fn.at(child.to);
          if (child.way === "send") context.send(target, value(child.name));
          else if (child.way === "later") context.sendAfter(1, target, value(child.name));
          else context.emit(child.way === "emit" ? out : kept, value(child.name));
        }
        const times = failed.get(message.typename) ?? 0;
        if (mended.isMended || times >= (node?.failures ?? 0)) return;
        failed.set(message.typename, times + 1);
        if (node?.failures === 1) throw new Error("once");
        throw new NonRetryableError("never");
      };
      return node?.isAsync === true ? Promise.resolve().then(run) : run();
    },
  );
  return { functions, fn, mended };
}

const asked = async (runtime: Runtime, path: string, method = "GET") => {
  const headers = { "statefun-admin": "1", "idempotency-key": crypto.randomUUID() };
  const response = await runtime.fetch(new Request(`http://localhost${path}`, { method, headers }));
  expect(response.status).toBe(200);
  return response.json();
};

interface Shown extends Omit<Span, "number" | "causes"> {
  readonly number: string;
  readonly causes: readonly string[];
}

/** Names of a root and of all below it. */
function below(node: Node): string[] {
  return [node.name, ...node.children.flatMap(below)];
}

async function played(seed: number, store: Store): Promise<void> {
  const random = seeded(seed);
  const dice: Dice = (most) => Math.floor(random() * most);
  const nodes = new Map<string, Node>();
  const roots = [1, 2, 3].map(() => nodeOf(dice, nodes, undefined, 4));
  const { functions, fn, mended } = programOf(nodes);
  const runtime = await createRuntime({
    modules: [functions],
    egresses: [out.to(async () => {}), keep(kept)],
    store,
    http: { admin: { authenticate: "none" } },
    onError: () => {},
  });
  try {
    await asked(runtime, "/admin/recording", "POST");
    await Promise.all(roots.map((root) => runtime.send(fn.at(root.to), value(root.name))));
    const settled = async (): Promise<void> => {
      await runtime.idle();
      await expect
        .poll(async () => {
          await runtime.idle();
          const { messages } = await asked(runtime, "/admin/messages?limit=1000");
          return messages.filter(({ outcome }: Shown) =>
            ["waiting", "running", "failed", "scheduled"].includes(outcome),
          );
        })
        .toEqual([]);
    };
    await settled();
    mended.isMended = true;
    const letters = await runtime.deadLetters.list();
    for (const { id } of letters) await runtime.deadLetters.replay(id);
    await settled();
    const { messages } = await asked(runtime, "/admin/messages?limit=1000");
    judge(messages, nodes);
    for (const root of roots) await judgeTree(runtime, messages, root);
  } finally {
    await runtime.close();
  }
}

/** Whether it became a dead letter: what comes of one that is sent again does not. */
function isDead(node: Node): boolean {
  const isMessage = node.way === "send" || node.way === "later";
  if (!isMessage || node.failures <= 1) return false;
  for (let above = node.parent; above; above = above.parent) if (above.failures > 1) return false;
  return true;
}

/** Each span has the cause that the program says. */
function judge(spans: readonly Shown[], nodes: ReadonlyMap<string, Node>): void {
  const byNumber = new Map(spans.map((span) => [span.number, span]));
  for (const span of spans) {
    const node = nodes.get(span.messageTypename);
    if (node === undefined) throw new Error(span.messageTypename);
    const causes = span.causes.map((number) => byNumber.get(number));
    const [cause] = causes;
    expect(causes.length).toBeLessThanOrEqual(1);
    if (cause === undefined) {
      expect([node.parent, span.from, span.causes]).toEqual([undefined, { kind: "client" }, []]);
    } else if (cause.messageTypename === node.name) {
      expect(span.kind).toBe("message");
      expect([cause.kind, cause.outcome]).toEqual(
        span.from.kind === "operator" ? ["message", "dead"] : ["timer", "delivered"],
      );
    } else {
      expect([cause.messageTypename, cause.kind]).toEqual([node.parent?.name, "message"]);
      expect(cause.outcome).toBe("completed");
      expect(span.from).toMatchObject({ kind: "function", id: node.parent?.to });
    }
  }
  for (const node of nodes.values()) {
    const own = spans.filter(({ messageTypename }) => messageTypename === node.name);
    const count = 1 + (node.way === "later" ? 1 : 0) + (isDead(node) ? 1 : 0);
    expect([node.name, own.length]).toEqual([node.name, count]);
  }
}

async function judgeTree(runtime: Runtime, spans: readonly Shown[], root: Node): Promise<void> {
  const names = new Set(below(root));
  const own = spans.filter(({ messageTypename }) => names.has(messageTypename));
  const some = own[own.length >> 1];
  const tree = await asked(runtime, `/admin/messages/${some?.number}`);
  expect(tree.isComplete).toBe(true);
  const numbers = (all: readonly Shown[]) =>
    all.map(({ number }) => Number(number)).sort((a, b) => a - b);
  expect(numbers(tree.spans)).toEqual(numbers(own));
}

describe("what a random program has done", () => {
  it.each<[string, number, () => Store]>([
    ["memory", 60, () => memoryStore()],
    ["SQLite", 10, () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-")), "store.db"))],
  ])(
    "is in its recording, with %s",
    async (_, ofGate, store) => {
      for (let seed = 1; seed <= runs(ofGate); seed++) await played(seed, store());
    },
    60_000,
  );
});
