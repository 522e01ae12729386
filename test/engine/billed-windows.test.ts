import { beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { LinkAnswer, LinkBatch } from "../../src/engine/contract/links.ts";
import type { LinkStore } from "../../src/engine/contract/store.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { VirtualClock } from "../../src/testing/virtual-clock.ts";
import { arrivalFor, singleEngine, turns } from "../simulation/single-engine.ts";
import { linkStoreOf } from "../store/subject.ts";

const dayMs = 86_400_000;

/** A store, and engines over it, one after another, which the platform may evict: each window is billed. */
class Billed {
  readonly #handle = memoryStore();
  #now = 1_700_000_000_000;
  /** Windows that were written. */
  windows = 0;
  /** What left: the numbers of the first and of the last message of each batch. */
  readonly sent: [number, number][] = [];
  /** How "there" answers: a full one takes nothing, and says so. */
  receiver: "open" | "full" | "unreachable" = "open";
  readonly errors: string[] = [];
  store: LinkStore = linkStoreOf(this.#handle);
  clock = new VirtualClock(this.#now, setImmediate);

  async start(leftoverWaitMs = 50): Promise<Engine> {
    const store = linkStoreOf(this.#handle);
    this.store = store;
    const counted: LinkStore = new Proxy(store, {
      get: (inner, name) => {
        if (name === "commit") this.windows++;
        const method: unknown = Reflect.get(inner, name);
        return typeof method === "function" ? method.bind(inner) : method;
      },
    });
    this.clock = new VirtualClock(this.#now, setImmediate);
    const deliver = async (_: string, batch: LinkBatch) => this.#answer(batch);
    const engine = await singleEngine(counted, this.clock, deliver, {
      isEvictable: true,
      leftoverWaitMs,
      onError: (error) => void this.errors.push(String(error)),
    });
    await turns();
    return engine;
  }

  /** The platform ends it, and somebody comes so much later. */
  end(laterMs: number): void {
    this.#now = this.clock.now() + laterMs;
    this.store.close();
  }

  async pass(ms: number): Promise<void> {
    this.clock.moveTo(this.clock.now() + ms);
    await turns();
  }

  async send(engine: Engine): Promise<void> {
    await engine.send(arrivalFor("there"));
    await turns();
  }

  /** Numbers of what is in the outbox. */
  get left(): number[] {
    return this.store.outbox("there", 0, 100).map(({ number }) => number);
  }

  #answer({ epoch, first, messages }: LinkBatch): LinkAnswer {
    const last = first + messages.length - 1;
    this.sent.push([first, last]);
    if (this.receiver === "unreachable") throw new Error("nobody is there");
    if (this.receiver === "full") return { kind: "taken", epoch, last: first - 1, isFull: true };
    return { kind: "taken", epoch, last };
  }
}

let billed: Billed;

beforeEach(() => {
  billed = new Billed();
});

describe("an engine whose windows are billed", () => {
  it("writes nothing for a life that begins", async () => {
    const engine = await billed.start();
    await billed.pass(10_000);
    expect(billed.windows).toBe(0);
    await billed.send(engine);
    billed.end(60_000);
    await billed.start();
    expect(billed.windows).toBe(1);
  });

  it("removes what was acknowledged with the next window", async () => {
    const engine = await billed.start();
    for (let count = 1; count <= 3; count++) {
      await billed.send(engine);
      await billed.pass(5_000);
      expect([billed.windows, billed.left]).toEqual([count, [count]]);
    }
    expect(engine.health().waitingLinks).toEqual([]);
  });

  it("writes a window for it when 16 were acknowledged", async () => {
    const engine = await billed.start();
    for (const count of [15, 1]) {
      const sends = Array.from({ length: count }, () => engine.send(arrivalFor("there")));
      await Promise.all(sends);
      await turns();
    }
    expect([billed.windows, billed.left]).toEqual([2, [16]]);
    await Promise.all(Array.from({ length: 16 }, () => engine.send(arrivalFor("there"))));
    await turns();
    expect(billed.windows).toBe(3);
    await billed.pass(200);
    expect([billed.windows, billed.left]).toEqual([4, []]);
  });

  it("sends what an earlier life left with what is new, in one batch", async () => {
    await billed.send(await billed.start());
    for (let count = 2; count <= 4; count++) {
      billed.end(60_000);
      await billed.send(await billed.start());
      await billed.pass(1_000);
      // Each life writes one window, before it hears what was acknowledged.
      expect(billed.sent.at(-1)).toEqual([1, count]);
    }
    expect([billed.windows, billed.sent.length]).toEqual([4, 4]);
    for (let count = 5; count <= 16; count++) {
      billed.end(60_000);
      await billed.send(await billed.start());
    }
    await billed.pass(1_000);
    expect([billed.windows, billed.left]).toEqual([17, []]);
  });

  it("sends it alone where nothing comes, and then never again", async () => {
    await billed.send(await billed.start());
    billed.end(60_000);
    await billed.start();
    expect(billed.sent).toHaveLength(1);
    await billed.pass(60);
    expect(billed.sent).toHaveLength(2);
    await billed.pass(200);
    expect([billed.windows, billed.left]).toEqual([2, []]);
  });

  it("sends it at once in the life of an alarm", async () => {
    await billed.send(await billed.start());
    billed.end(60_000);
    await billed.start(0);
    expect(billed.sent).toHaveLength(2);
  });

  it("does not repeat to a receiver that may have forgotten it what was acknowledged long ago", async () => {
    await billed.send(await billed.start());
    billed.end(7 * dayMs);
    const engine = await billed.start();
    await billed.pass(1_000);
    expect([billed.sent.length, billed.left]).toEqual([1, []]);
    await billed.send(engine);
    expect(billed.sent.at(-1)).toEqual([2, 2]);
  });

  it.each(["unreachable", "full"] as const)(
    "goes on with what was not acknowledged, however long its receiver is %s",
    async (receiver) => {
      billed.receiver = receiver;
      const engine = await billed.start();
      await billed.send(engine);
      for (let day = 1; day <= 8; day++) {
        await billed.pass(dayMs);
        await billed.pass(1_000);
      }
      expect(engine.health().waitingLinks).toEqual(["there"]);
      billed.end(dayMs);
      billed.receiver = "open";
      const before = billed.sent.length;
      const later = await billed.start();
      await billed.pass(1_000);
      expect(later.health().waitingLinks).toEqual([]);
      expect(billed.sent.slice(before)).toEqual([[1, 1]]);
      expect(billed.errors.filter((text) => text.includes("acknowledged"))).toEqual([]);
    },
  );

  it("says what it takes as acknowledged where it could not be opened for six days", async () => {
    billed.receiver = "unreachable";
    const engine = await billed.start();
    await Promise.all([1, 2].map(() => engine.send(arrivalFor("there"))));
    await turns();
    billed.receiver = "open";
    const before = billed.sent.length;
    billed.end(6 * dayMs);
    billed.errors.length = 0;
    // By the alarm that what is left has: an object that rests with nothing to do is opened by a request.
    await billed.start(0);
    await billed.pass(1_000);
    expect(billed.sent).toHaveLength(before);
    expect(billed.errors).toEqual([
      expect.stringMatching(
        /messages 1 to 2 for partition there .* taken as acknowledged, .* could not be opened/,
      ),
    ]);
  });

  it("writes nothing for a batch that has nothing new, but once a day", async () => {
    const engine = await billed.start();
    const message = { ...arrivalFor("here"), caller: undefined };
    const batch: LinkBatch = { from: "there", epoch: 1, first: 1, messages: [message] };
    const receive = async () => {
      expect(await engine.receive(batch)).toEqual({ kind: "taken", epoch: 1, last: 1 });
      await billed.pass(200);
      return billed.windows;
    };
    expect([await receive(), await receive(), await receive()]).toEqual([1, 1, 1]);
    await billed.pass(dayMs);
    expect([await receive(), await receive()]).toEqual([2, 2]);
    expect(billed.store.linkIn("there")?.seenAt).toBeGreaterThan(billed.clock.now() - 1_000);
  });

  it("leaves nothing in the outbox of a link that it closes", async () => {
    const engine = await billed.start();
    await billed.send(engine);
    await billed.pass(2 * 3_600_000);
    await engine.send(arrivalFor("here"));
    await turns();
    await billed.pass(1_000);
    expect([billed.store.linksOut(), billed.left]).toEqual([[], []]);
  });
});
