import { describe, expect, it } from "vitest";
import type { Done } from "../../../src/console/page/api/types.ts";
import {
  type JobPlan,
  type JobPorts,
  type JobProgress,
  runJob,
} from "../../../src/console/page/screens/dead-letters/job.ts";

const plan: JobPlan = {
  kind: "replay",
  filter: { function: "shop/pay", code: "failed" },
  upTo: "300",
  total: 30,
  perSecond: 20,
  key: "k",
  why: "the service is back",
};

interface Call {
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string;
}

/** A server with so many letters; `answer` may fail a call. */
function surroundings(total: number, answer: (call: number) => void = () => {}) {
  const [calls, sleeps]: [Call[], number[]] = [[], []];
  const done = new Map<string, Done>();
  const state = { left: total, newer: 0 };
  const ports: JobPorts = {
    async act(body, key) {
      calls.push({ body, key });
      const known = done.get(key);
      const count = Math.min(state.left, Number(body["limit"]));
      const result = known ?? { duplicate: false, count, ...after(body, count, state.left) };
      if (known === undefined) state.left -= count;
      done.set(key, { ...result, duplicate: true });
      answer(calls.length);
      return result;
    },
    newer: async () => state.newer,
    sleep: async (ms) => void sleeps.push(ms),
  };
  return { ports, calls, sleeps, state };
}

function after(body: Call["body"], count: number, left: number): { next?: string } {
  return count < left ? { next: String(Number(body["after"]) + count) } : {};
}

async function run(
  ports: JobPorts,
  given: JobPlan = plan,
  signal = new AbortController().signal,
): Promise<JobProgress[]> {
  const all: JobProgress[] = [];
  await runJob(given, ports, signal, (progress) => void all.push(progress));
  return all;
}

const failure = (status: number, message: string) => Object.assign(new Error(message), { status });

describe("a replay of many", () => {
  it("takes page after page, ten letters every half second, up to the frozen number", async () => {
    const { ports, calls, sleeps } = surroundings(30);
    const states = await run(ports);
    expect(states.at(-1)).toMatchObject({ status: "done", count: 30 });
    const common = { function: "shop/pay", code: "failed", upTo: "300", limit: 10 };
    expect(calls.map(({ body }) => body)).toEqual(
      ["0", "10", "20"].map((from) => ({ ...common, after: from, why: plan.why })),
    );
    expect(sleeps).toEqual([500, 500]);
  });

  it("uses the same key for the same page, and another one for the next", async () => {
    const { ports, calls } = surroundings(30);
    await run(ports);
    expect(calls.map(({ key }) => key)).toEqual(["k-0", "k-1", "k-2"]);
  });

  it("goes on after a lost answer with the same key, and counts nothing twice", async () => {
    const { ports, calls } = surroundings(30, (call) => {
      if (call === 2 || call === 3) throw failure(0, "The application does not answer.");
    });
    const states = await run(ports);
    expect(calls.map(({ key }) => key)).toEqual(["k-0", "k-1", "k-1", "k-1", "k-2"]);
    expect(states.filter(({ status }) => status === "lost")).toHaveLength(2);
    expect(states.at(-1)).toMatchObject({ status: "done", count: 30 });
  });

  it.each([0, 429, 500, 502, 503, 504])("waits out an answer of %d", async (status) => {
    const { ports } = surroundings(10, (call) => {
      if (call === 1) throw failure(status, "later");
    });
    expect((await run(ports)).at(-1)).toMatchObject({ status: "done", count: 10 });
  });

  it.each([400, 401, 403, 409, 501])("ends with the reason of an answer of %d", async (status) => {
    const { ports, calls } = surroundings(30, (call) => {
      if (call === 2) throw failure(status, "no");
    });
    expect((await run(ports)).at(-1)).toMatchObject({ status: "failed", count: 10, reason: "no" });
    expect(calls).toHaveLength(2);
  });

  it("stops by itself after ten letters that came back", async () => {
    const { ports, state } = surroundings(1_000, (call) => {
      state.newer = Math.min(10, call * 4);
    });
    const last = (await run(ports)).at(-1);
    expect(last).toMatchObject({ status: "returned", returned: 10, count: 30 });
  });

  it("is done, and no more, where the last page brought ten back", async () => {
    const { ports, state } = surroundings(10);
    state.newer = 10;
    expect((await run(ports)).at(-1)).toMatchObject({ status: "done", returned: 10 });
  });

  it("stops between two pages when it is asked to", async () => {
    const control = new AbortController();
    const { ports, calls } = surroundings(1_000, (call) => {
      if (call === 3) control.abort();
    });
    const last = (await run(ports, plan, control.signal)).at(-1);
    expect(last).toMatchObject({ status: "stopped", count: 30 });
    expect(calls).toHaveLength(3);
  });

  it("stops while it waits for a server that is gone", async () => {
    const control = new AbortController();
    const { ports } = surroundings(1_000, (call) => {
      if (call === 3) control.abort();
      if (call > 1) throw failure(0, "gone");
    });
    const last = (await run(ports, plan, control.signal)).at(-1);
    expect(last).toMatchObject({ status: "stopped", count: 10 });
  });

  it("goes on over pages in which nothing matches, without a rest", async () => {
    const { ports, sleeps } = surroundings(0);
    let page = 0;
    const act: JobPorts["act"] = async () =>
      ++page < 5
        ? { duplicate: false, count: 0, next: String(page) }
        : { duplicate: false, count: 2 };
    expect((await run({ ...ports, act })).at(-1)).toMatchObject({ status: "done", count: 2 });
    expect(sleeps).toEqual([]);
  });

  it.each([
    [1, 1, 1_000],
    [5, 3, 500],
    [20, 10, 500],
    [1_000, 500, 500],
  ])("at %d a second asks for pages of %d, %d ms apart", async (perSecond, limit, ms) => {
    const { ports, calls, sleeps } = surroundings(limit * 2);
    await run(ports, { ...plan, perSecond });
    expect(calls.map(({ body }) => body["limit"])).toEqual([limit, limit]);
    expect(sleeps).toEqual([ms]);
  });
});

it("does not look for letters that came back while it discards", async () => {
  const { ports } = surroundings(20);
  const newer = async () => expect.unreachable();
  const last = (await run({ ...ports, newer }, { ...plan, kind: "discard" })).at(-1);
  expect(last).toMatchObject({ status: "done", count: 20, returned: 0 });
});
