import { int, StatefulFunctions, string } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { describe, expect, it } from "vitest";

const crowd = 10_000;
/** Steps of one function that are waited for at a time. */
const share = 1_000;
/** … and of all of them. */
const together = 4_000;

function program() {
  const hanging: (() => void)[] = [];
  const functions = new StatefulFunctions();
  const started: string[] = [];
  const hangs = functions.bind("test/hangs", { accepts: string }, async (context) => {
    started.push(context.self.id);
    await new Promise<void>((resolve) => hanging.push(resolve));
  });
  const waits = functions.bind(
    "test/waits",
    { accepts: string, replies: string },
    async (context, text) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      context.reply(text);
    },
  );
  const answers = functions.bind(
    "test/answers",
    { accepts: string, replies: string },
    (context, text) => context.reply(text),
  );
  const fans = functions.bind("test/fans", { accepts: int }, (context, size) => {
    for (let id = 0; id < size; id++) context.send(hangs.at(`${id}`), "wait");
  });
  return { functions, hanging, started, hangs, waits, answers, fans };
}

async function figuresOf(runtime: Runtime): Promise<Record<string, unknown>> {
  const response = await runtime.fetch(new Request("http://localhost/health"));
  return (await response.json()) as Record<string, unknown>;
}

describe("a function of which 10,000 instances hang", () => {
  it("holds up nobody else, and says so in health", async () => {
    const { functions, hanging, started, waits, answers, fans } = program();
    const runtime = await createRuntime({
      modules: [functions],
      http: { authenticate: "none" },
    });
    await runtime.send(fans.at("1"), crowd);
    await expect.poll(() => started.length).toBe(share);

    const timeoutMs = 60_000;
    for (let index = 0; index < 20; index++) {
      expect(await runtime.call(answers.at(`${index}`), "now", { timeoutMs })).toBe("now");
      expect(await runtime.call(waits.at(`${index}`), "soon", { timeoutMs })).toBe("soon");
    }
    expect(await figuresOf(runtime)).toMatchObject({
      mailboxes: { running: share },
      busyFunctions: [{ typename: "test/hangs", running: share, waiting: crowd - share }],
    });

    // Those that were held start in the order in which they came.
    for (const end of hanging.splice(0, 3)) end();
    await expect.poll(() => started.length).toBe(share + 3);
    expect(started.slice(share)).toEqual(["1000", "1001", "1002"]);
    while (started.length < crowd || hanging.length > 0) {
      for (const end of hanging.splice(0)) end();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await runtime.idle();
    expect(new Set(started).size).toBe(crowd);
    expect(started).toHaveLength(crowd);
    expect(await figuresOf(runtime)).toMatchObject({
      mailboxes: { running: 0 },
      busyFunctions: [],
    });
    await runtime.close();
  });

  it("is held up by its own share alone: new instances come behind those that are held", async () => {
    const { functions, hanging, started, hangs, fans } = program();
    const runtime = await createRuntime({ modules: [functions] });
    await runtime.send(fans.at("1"), share + 1);
    await expect.poll(() => started.length).toBe(share);
    await runtime.send(hangs.at("late"), "wait");
    // The first of its messages still waits, and it is held once.
    await runtime.send(hangs.at(`${share}`), "again");
    hanging.shift()?.();
    await expect.poll(() => started.length).toBe(share + 1);
    hanging.shift()?.();
    await expect.poll(() => started.length).toBe(share + 2);
    expect(started.slice(share)).toEqual([`${share}`, "late"]);
    await runtime.close({ drainMs: 0 });
  });
});

describe("many functions of which all instances hang", () => {
  it("have a bound together, leave a place to each other function, and grow again", async () => {
    const functions = new StatefulFunctions();
    const hanging: (() => void)[] = [];
    let running = 0;
    let most = 0;
    const hang = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => hanging.push(resolve));
      running--;
    };
    const all = Array.from({ length: 8 }, (_, index) =>
      functions.bind(`test/hangs-${index}`, { accepts: string }, hang),
    );
    const waits = functions.bind("test/waits", { accepts: int, replies: int }, async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      context.reply(1);
    });
    const fans = functions.bind("test/fans", { accepts: int }, (context, size) => {
      for (let id = 0; id < size; id++) for (const one of all) context.send(one.at(`${id}`), "x");
    });
    const runtime = await createRuntime({ modules: [functions] });
    await runtime.send(fans.at("1"), 2_000);
    await expect.poll(() => running).toBe(together);
    for (let index = 0; index < 20; index++) {
      expect(await runtime.call(waits.at(`${index}`), 1, { timeoutMs: 60_000 })).toBe(1);
    }
    let ended = 0;
    while (ended < 16_000) {
      for (const end of hanging.splice(0)) {
        end();
        ended++;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await runtime.idle();
    expect(most).toBeLessThanOrEqual(together + 8 * 64);
    expect(running).toBe(0);
    await runtime.close();
  });
});

describe("a function whose share others have narrowed", () => {
  it("has all of it again when they end, in order", async () => {
    const functions = new StatefulFunctions();
    const ends: (() => void)[] = [];
    const crowds = Array.from({ length: 4 }, (_, index) =>
      functions.bind(
        `test/crowd-${index}`,
        { accepts: string },
        () => new Promise<void>((resolve) => ends.push(resolve)),
      ),
    );
    const started: string[] = [];
    const late = functions.bind("test/late", { accepts: string }, (context) => {
      started.push(context.self.id);
      return new Promise<void>(() => {});
    });
    const fans = functions.bind("test/fans", { accepts: int }, (context, size) => {
      for (let id = 0; id < size; id++) {
        if (size === share) for (const one of crowds) context.send(one.at(`${id}`), "x");
        else context.send(late.at(`${id}`), "x");
      }
    });
    const runtime = await createRuntime({ modules: [functions], onError: () => {} });
    await runtime.send(fans.at("1"), share);
    await expect.poll(() => ends.length).toBe(together);
    await runtime.send(fans.at("1"), 100);
    await expect.poll(() => started.length).toBe(64);
    for (const end of ends.splice(0)) end();
    await runtime.send(late.at("newcomer"), "x");
    await expect.poll(() => started.length).toBe(101);
    const order = [...Array.from({ length: 100 }, (_, id) => `${id}`), "newcomer"];
    expect(started).toEqual(order);
    await runtime.close({ drainMs: 0 });
  });
});

describe("instances that are held", () => {
  /** As many handlers wait as may, and others of the same function are held behind them. */
  async function held(more: (send: (id: string, value: number) => void) => void) {
    const functions = new StatefulFunctions();
    const ends: (() => void)[] = [];
    const done: string[] = [];
    const mixed = functions.bind("test/mixed", { accepts: int }, (context, value) => {
      if (value === 1) return new Promise<void>((resolve) => ends.push(resolve));
      done.push(context.self.id);
      return value === 2 ? undefined : Promise.resolve();
    });
    const fans = functions.bind("test/fans", { accepts: int }, (context) => {
      for (let id = 0; id < share; id++) context.send(mixed.at(`waits ${id}`), 1);
      more((id, value) => context.send(mixed.at(id), value));
    });
    const spoilt = functions.bind("test/spoils", { accepts: int }, (context, size) => {
      const target = { typename: "test/mixed", id: "" };
      for (let id = 0; id < size; id++) {
        context.send({ ...target, id: `spoilt ${id}` } as never, string.of("no number") as never);
      }
    });
    const runtime = await createRuntime({
      ...{ modules: [functions], http: { authenticate: "none" } },
      onError: () => {},
    });
    const waiting = async () =>
      ((await figuresOf(runtime))["busyFunctions"] as { waiting: number }[])[0]?.waiting;
    return { runtime, fans, spoilt, ends, done, waiting };
  }

  it.each([
    { what: "never wait", value: 2 },
    { what: "give a promise that has ended", value: 3 },
  ])("all run where their handlers $what", async ({ value }) => {
    const parts = await held((send) => {
      for (let id = 0; id < 3 * share; id++) send(`quick ${id}`, value);
    });
    const { runtime, fans, ends, done, waiting } = parts;
    await runtime.send(fans.at("1"), 0);
    await expect.poll(() => ends.length).toBe(share);
    await expect.poll(waiting).toBe(3 * share);
    for (const end of ends.splice(0)) end();
    await runtime.idle();
    expect(done).toHaveLength(3 * share);
    expect(new Set(done).size).toBe(3 * share);
    expect(await waiting()).toBeUndefined();
    await runtime.close();
  });

  it("are all given up where their messages cannot be read", async () => {
    const { runtime, fans, spoilt, ends, done, waiting } = await held(() => {});
    await runtime.send(fans.at("1"), 0);
    await expect.poll(() => ends.length).toBe(share);
    await runtime.send(spoilt.at("1"), 2 * share);
    await expect.poll(waiting).toBe(2 * share);
    for (const end of ends.splice(0)) end();
    await runtime.idle();
    expect(done).toEqual([]);
    expect(await waiting()).toBeUndefined();
    expect((await figuresOf(runtime))["deadLetters"]).toBe(2 * share);
    await runtime.close();
  });
});

describe("the first messages of a function that never waits", () => {
  it.each([
    { ms: 20, how: "at once" },
    { ms: 100, how: "at once" },
    { ms: 20, how: "after awaiting what was there already" },
  ])("let others have their turn, where one takes $ms ms $how", async ({ ms, how }) => {
    const functions = new StatefulFunctions();
    let [inTurn, most] = [0, 0];
    const work = () => {
      most = Math.max(most, ++inTurn);
      const until = performance.now() + ms;
      while (performance.now() < until);
    };
    const later = async () => {
      await undefined;
      work();
    };
    const handler = how === "at once" ? work : later;
    const slow = functions.bind("test/slow", { accepts: string }, handler);
    const starts = functions.bind("test/starts", { accepts: int }, (context, size) => {
      for (let index = 0; index < size; index++) context.send(slow.at("1"), "work");
    });
    const runtime = await createRuntime({ modules: [functions] });
    let others: NodeJS.Immediate | undefined;
    const turn = (): void => {
      inTurn = 0;
      others = setImmediate(turn);
    };
    turn();
    await runtime.send(starts.at("1"), 20);
    await runtime.idle();
    clearImmediate(others);
    // Measured: the first of them, and one more at the end of its turn.
    expect(most).toBeLessThanOrEqual(4);
    await runtime.close();
  });
});
