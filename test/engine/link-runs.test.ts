import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import {
  type LinkAnswer,
  type LinkBatch,
  type LinkRun,
  maxLinkRuns,
} from "../../src/engine/contract/links.ts";
import { assertLinkAnswer, assertLinkBatch } from "../../src/engine/contract/rpc-checks.ts";
import type { LinkStore } from "../../src/engine/contract/store.ts";
import { runOf, runsOfText, textOfRuns, withRun } from "../../src/engine/routing/link-runs.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { overridden } from "../../src/testing/crash-points.ts";
import { linkStoreOf } from "../store/subject.ts";
import { startPartition } from "./support/partition.ts";

/** A receiver whose memory may be lost, what it has stored of the link, and how many windows it has written. */
class Receiver {
  readonly #handle = memoryStore();
  readonly heard: string[] = [];
  windows = 0;
  #engine: Engine | undefined;

  async receive(batch: LinkBatch): Promise<LinkAnswer> {
    this.#engine ??= await this.#start();
    const answer = await this.#engine.receive(batch);
    await this.#engine.idle();
    return answer;
  }

  async end(): Promise<void> {
    await this.#engine?.close(0);
    this.#engine = undefined;
  }

  get link() {
    return linkStoreOf(this.#handle).linkIn("sender");
  }

  /** As older code writes it, which knows no runs. */
  async loseRun(): Promise<void> {
    await this.end();
    const store = linkStoreOf(this.#handle);
    const inner = store.linkIn.bind(store);
    this.#engine = await this.#start((link) => {
      const { run: _, ...found } = inner(link) ?? { link, epoch: 1, last: 0, seenAt: 0 };
      return found;
    });
  }

  #start(linkIn?: (link: string) => ReturnType<ReturnType<typeof linkStoreOf>["linkIn"]>) {
    const store = linkStoreOf(this.#handle);
    const functions = new StatefulFunctions();
    functions.bind("test/hears", { accepts: string }, (_, text) => {
      this.heard.push(text);
    });
    return startPartition({
      functions,
      store: overridden<LinkStore, LinkStore>(store, {
        commit: (window) => {
          this.windows++;
          store.commit(window);
        },
        ...(linkIn && { linkIn }),
      }),
    });
  }
}

/** Messages with these numbers, each of which says its number. */
function batchOf(first: number, last: number, more: Partial<LinkBatch>): LinkBatch {
  const messages = Array.from({ length: last - first + 1 }, (_, index) => ({
    target: { typename: "test/hears", id: "1" },
    caller: undefined,
    argument: {
      typename: string.typename,
      bytes: string.encode(`${more.runs?.at(-1)?.run ?? "none"} ${first + index}`),
      headers: [],
    },
  }));
  return { from: "sender", epoch: 1, first, messages, ...more };
}

/** Run a has given the numbers up to `since`, and the next one those behind it. */
const a = { runs: [{ run: "a", since: 0 }] };
const next = (run: string, since: number) => ({ runs: [...a.runs, { run, since }] });
const taken = (last: number) => ({ kind: "taken", epoch: 1, last });
const older = (last: number) => ({ ...taken(last), isOlder: true });

describe("a receiver that has taken 1 to 4 of run a", () => {
  const start = async () => {
    const receiver = new Receiver();
    expect(await receiver.receive(batchOf(1, 4, a))).toEqual(taken(4));
    return receiver;
  };

  it("stores the run with what it takes", async () => {
    expect((await start()).link).toMatchObject({ last: 4, run: "a" });
  });

  it("drops what comes again from this run, however late", async () => {
    const receiver = await start();
    expect(await receiver.receive(batchOf(1, 2, a))).toEqual(taken(4));
    await receiver.end();
    expect(await receiver.receive(batchOf(3, 5, a))).toEqual(taken(5));
    expect(receiver.heard).toHaveLength(5);
  });

  it.each([
    ["only known numbers", 3, 4],
    ["a number that is new as well", 3, 5],
    ["fewer than it has", 3, 3],
  ])("takes nothing where run a has given fewer: %s", async (_, first, last) => {
    const receiver = await start();
    for (let n = 0; n < 2; n++) {
      const batch = batchOf(first, last, { ...next("b", 2), tried: n });
      expect(await receiver.receive(batch)).toEqual(older(4));
      await receiver.end();
    }
    expect(receiver.heard).toHaveLength(4);
    const anew = batchOf(1, 2, { ...next("b", 0), epoch: 2 });
    expect(await receiver.receive(anew)).toEqual({ kind: "taken", epoch: 2, last: 2 });
    expect(receiver.heard.slice(4)).toEqual(["b 1", "b 2"]);
  });

  it("takes what is new of the next run, and repetitions of each of its batches", async () => {
    const receiver = await start();
    const b = next("b", 4);
    // The first ones were left, and only dropped: this is no reason for a row.
    const { windows } = receiver;
    expect(await receiver.receive(batchOf(3, 4, b))).toEqual(taken(4));
    expect(receiver.windows).toBe(windows);
    await receiver.end();
    for (const [first, last] of [
      [3, 5],
      [6, 7],
      [6, 7],
      [3, 5],
      [6, 8],
    ] as const) {
      const answer = await receiver.receive(batchOf(first, last, b));
      expect(answer).not.toHaveProperty("isOlder");
      await receiver.end();
    }
    expect(receiver.heard.slice(4)).toEqual(["b 5", "b 6", "b 7", "b 8"]);
    // One of the run before, later than all.
    await receiver.receive(batchOf(3, 6, a));
    expect(await receiver.receive(batchOf(8, 9, b))).toEqual(taken(9));
  });

  it("does not judge what older code sends", async () => {
    const receiver = await start();
    expect(await receiver.receive(batchOf(3, 5, {}))).toEqual(taken(5));
    expect(receiver.link).not.toHaveProperty("run");
    expect(receiver.heard.slice(4)).toEqual(["none 5"]);
  });

  it("does not judge by a link that older code has written: an answer may have been lost with it", async () => {
    const receiver = await start();
    await receiver.loseRun();
    const again = batchOf(4, 5, { ...next("b", 3), tried: 1 });
    expect(await receiver.receive(again)).toEqual(taken(5));
    expect(receiver.link).toMatchObject({ last: 5, run: "b" });
  });
});

describe("what is said of runs", () => {
  it.each([
    "a",
    [{ run: 1, since: 0 }],
    [{ run: "x".repeat(65), since: 0 }],
    [{ run: "\ud800", since: 0 }],
    [{ run: "a", since: -1 }],
    [undefined],
    Array.from({ length: 129 }, (_, since) => ({ run: "a", since })),
  ])("is refused where it is wrong: %j", (runs) => {
    expect(() => assertLinkBatch({ ...batchOf(1, 1, {}), runs })).toThrow(/the runs of a batch/);
  });

  it("is refused in an answer where it is wrong", () => {
    expect(() => assertLinkAnswer({ ...taken(1), isOlder: "yes" })).toThrow(/not an answer/);
    expect(() => assertLinkAnswer(older(1))).not.toThrow();
  });
});

describe("the runs of a sender", () => {
  const runs = [
    { run: "a", since: 0 },
    { run: "b", since: 4 },
  ];

  it("are those of its numbers", () => {
    expect([0, 1, 4, 5, 99].map((number) => runOf(runs, number))).toEqual([
      ...[undefined, "a", "a", "b", "b"],
    ]);
  });

  it("are added when they give a number, and forgotten when all of theirs was acknowledged", () => {
    expect(withRun(runs, "b", 9, 0)).toBe(runs);
    const c = { run: "c", since: 9 };
    expect(withRun(runs, "c", 9, 3)).toEqual([...runs, c]);
    expect(withRun(runs, "c", 9, 4)).toEqual([runs[1], c]);
    expect(withRun(runs, "c", 9, 9)).toEqual([c]);
  });

  it("are few: of numbers that are left by many runs, some are not known", () => {
    let many: readonly LinkRun[] = [];
    for (let n = 0; n < 40; n++) many = withRun(many, `r${n}`, n, 0);
    expect(many).toHaveLength(maxLinkRuns);
    expect([runOf(many, 1), runOf(many, 40)]).toEqual([undefined, "r39"]);
  });

  it("are stored as a text, of which nothing is believed that cannot be read", () => {
    for (const some of [[], runs]) expect(runsOfText(textOfRuns(some))).toEqual(some);
    for (const text of ["x a", "0", "0 a 4", "-1 a"]) expect(runsOfText(text)).toEqual([]);
  });
});
