import { int, StatefulFunctions } from "statefun";
import { beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { LinkStore, LinkWindow } from "../../src/engine/contract/store.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { VirtualClock } from "../../src/testing/virtual-clock.ts";
import { localFunctions } from "../../src/transport/local-functions.ts";
import { singleEngine, turns } from "../simulation/single-engine.ts";
import { linkStoreOf } from "../store/subject.ts";

const typename = "guilt/work";
/** A message that ends its process at once. */
const deadly = -1;

/** One object over its lives: the platform may end each of them at any time. */
class Lives {
  readonly #handle = memoryStore();
  #now = 1_700_000_000_000;
  clock = new VirtualClock(this.#now, setImmediate);
  store: LinkStore = linkStoreOf(this.#handle);
  windows: LinkWindow[] = [];
  /** How many runs have begun. */
  runs = 0;
  #kill: () => void = () => {};
  isOver = true;

  /** `chance` decides which lives blame what kills late. */
  async start(chance = 0.9): Promise<Engine> {
    this.isOver = false;
    this.clock = new VirtualClock(this.#now, setImmediate);
    const store = linkStoreOf(this.#handle);
    this.store = store;
    const watched: LinkStore = new Proxy(store, {
      get: (inner, name) => {
        const method: unknown = Reflect.get(inner, name);
        if (name !== "commit") return typeof method === "function" ? method.bind(inner) : method;
        return (window: LinkWindow) => {
          this.windows.push(window);
          inner.commit(window);
        };
      },
    });
    const engine = singleEngine(watched, this.clock, () => new Promise(() => {}), {
      isEvictable: true,
      random: () => chance,
      functions: (host) => localFunctions(functionTable([this.#functions()]), this.#settings, host),
      onOpen: (_, kill) => {
        this.#kill = () => kill(new StateFunError("unavailable", "the platform ended it"));
      },
    });
    await turns();
    return engine;
  }

  /** The platform ends it, and the next life begins so much later. */
  end(laterMs = 100): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#now = this.clock.now() + laterMs;
    this.#kill();
    this.store.close();
  }

  async pass(ms: number): Promise<void> {
    await turns();
    this.clock.moveTo(this.clock.now() + ms);
    await turns();
  }

  get dead(): number {
    return this.store.dead(0, 10).length;
  }

  readonly #settings = {
    env: undefined,
    timeoutMs: 600_000,
    maxMessageBytes: 1_000_000,
    maxStateBytes: 1_000_000,
    retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 },
    kafkaHeaders: "send",
  } as const;

  #functions(): StatefulFunctions {
    const functions = new StatefulFunctions("guilt");
    functions.bind(typename, { accepts: int, state: { total: int } }, async (context, ms) => {
      this.runs++;
      if (ms === deadly) return this.end();
      const { clock } = this;
      await new Promise<void>((resolve) => void clock.after(ms, resolve));
      context.state.total = (context.state.total ?? 0) + 1;
    });
    return functions;
  }
}

const message = (id: string, ms: number) => ({
  target: { typename, id },
  caller: undefined,
  argument: { typename: int.typename, bytes: int.encode(ms), headers: [] },
});
const arrival = (id: string, ms: number, delayMs = 0) => ({
  ...message(id, ms),
  idempotencyKey: undefined,
  delayMs,
});

let lives: Lives;

beforeEach(() => {
  lives = new Lives();
});

/** Messages that the windows so far have stored. */
const stored = () => lives.windows.reduce((sum, { messages }) => sum + messages.added.length, 0);

/** Stores a message, and ends its life while it runs. */
async function begin(ms: number): Promise<void> {
  const engine = await lives.start();
  void engine.send(arrival("a", ms)).catch(() => {});
  // Later than windows are held.
  await lives.pass(300);
  lives.end();
}

describe("a message that was stored when its object ended", () => {
  it("is never given up for twenty ends while it waits", async () => {
    await begin(10_000);
    for (let life = 0; life < 20; life++) {
      await lives.start();
      await lives.pass(600);
      lives.end();
    }
    expect(lives.runs).toBe(21);
    const engine = await lives.start();
    await lives.pass(10_000);
    expect([lives.dead, engine.health().pendingMessages]).toEqual([0, 0]);
  });

  it("nor are those behind it", async () => {
    const engine = await lives.start();
    for (const ms of [10_000, 10, 10]) void engine.send(arrival("a", ms)).catch(() => {});
    await lives.pass(600);
    lives.end();
    for (let life = 0; life < 20; life++) {
      await lives.start();
      await lives.pass(600);
      lives.end();
    }
    const last = await lives.start();
    for (let second = 0; second < 20; second++) await lives.pass(1_000);
    expect([lives.dead, last.health().pendingMessages]).toEqual([0, 0]);
  });

  it("is given up after eight ends for which it had the thread", async () => {
    const engine = await lives.start();
    await engine.warn(false);
    void engine.send(arrival("a", deadly)).catch(() => {});
    await turns();
    for (let life = 0; life < 12 && lives.dead === 0; life++) {
      await lives.start();
      await lives.pass(1_100);
      if (lives.dead === 0) lives.end();
    }
    expect(lives.dead).toBe(1);
    expect(lives.runs).toBeLessThanOrEqual(10);
  });

  it("is given up where a caller says that the object took too much", async () => {
    await begin(10_000);
    for (let life = 0; life < 12 && lives.dead === 0; life++) {
      const engine = await lives.start();
      await turns();
      if (lives.dead > 0) break;
      const warning = engine.warn(true);
      await lives.pass(600);
      await warning;
      lives.end();
    }
    expect(lives.dead).toBe(1);
  });

  it("is given up in lives that blame whatever kills late", async () => {
    await begin(10_000);
    for (let life = 0; life < 10 && lives.dead === 0; life++) {
      await lives.start(0.1);
      await lives.pass(600);
      lives.end();
    }
    await lives.start();
    expect(lives.dead).toBe(1);
  });
});

describe("a message is stored before it runs", () => {
  const batch = (messages: ReturnType<typeof message>[], tried: number) =>
    ({ from: "there", epoch: 1, first: 1, messages, tried }) as const;

  it("if its sender may have sent it before", async () => {
    const engine = await lives.start();
    void engine.receive(batch([message("a", 100), message("b", 100)], 1));
    await lives.pass(10);
    expect([stored(), lives.runs]).toEqual([0, 1]);
    await lives.pass(10);
    expect([stored(), lives.runs]).toEqual([2, 2]);
  });

  it("but not for others before it, which are dropped", async () => {
    const engine = await lives.start();
    const first = message("a", 10);
    void engine.receive(batch([first], 0));
    await lives.pass(10);
    void engine.receive(batch([first, message("b", 10)], 1));
    await lives.pass(10);
    expect([stored(), lives.runs]).toEqual([0, 2]);
  });

  it("if somebody's request has ended with the object, also in a later life", async () => {
    const first = await lives.start();
    await first.warn(false);
    lives.end(3_600_000);
    const engine = await lives.start();
    void engine.send(arrival("a", 10));
    await turns();
    expect([stored(), lives.runs]).toEqual([1, 1]);
    await lives.pass(10);
    lives.end(3_600_000);
    // It went well: that is over.
    const later = await lives.start();
    void later.send(arrival("a", 10));
    await lives.pass(10);
    expect([stored(), lives.runs]).toEqual([1, 2]);
  });

  it("if it was due long before its object was woken", async () => {
    for (const lateMs of [0, 5_000]) {
      const engine = await lives.start();
      await engine.send(arrival("a", 10, 60_000));
      lives.end(60_000 + lateMs);
      const before = stored();
      await lives.start();
      await lives.pass(0);
      expect(stored() - before).toBe(lateMs > 0 ? 1 : 0);
      await lives.pass(10);
      lives.end();
    }
  });
});
