import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { address, defineModule, functionRef, keep, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { histogramBounds } from "../../src/model/histogram-bounds.ts";
import type { Figures, Histogram } from "../../src/surface/admin/admin-host.ts";
import { metricsIn, metricsRow } from "../../src/surface/admin/reads/metrics.ts";
import { type Answered, cart, later, records, start, undelivered, worker } from "./app.ts";

interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: Map<string, number>;
}

/** Reads the text format as strictly as its specification has it. */
function parsed(text: string): Map<string, Family> {
  const families = new Map<string, Family>();
  let name = "";
  expect(text.endsWith("\n")).toBe(true);
  for (const line of text.slice(0, -1).split("\n")) {
    const help = /^# HELP ([a-z_:][a-z0-9_:]*) (.+)$/.exec(line);
    const type = /^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge|histogram)$/.exec(line);
    if (help !== null) {
      [, name = ""] = help;
      // All of a family stands together.
      expect(families.has(name)).toBe(false);
      families.set(name, { type: "", help: help[2] ?? "", samples: new Map() });
    } else if (type !== null) {
      expect(type[1]).toBe(name);
      const family = families.get(name);
      families.set(name, { help: "", samples: new Map(), ...family, type: type[2] ?? "" });
    } else {
      const label = String.raw`[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\[\\n"])*"`;
      const sample = new RegExp(
        `^(${name}(?:_bucket|_sum|_count)?)(\\{${label}(?:,${label})*\\})? (\\S+)$`,
      );
      const [, metric, labels = "", value] = sample.exec(line) ?? [];
      expect(metric, line).toBeDefined();
      const { samples } = families.get(name) ?? { samples: new Map() };
      expect(samples.has(`${metric}${labels}`), line).toBe(false);
      expect(Number.isFinite(Number(value)), line).toBe(true);
      samples.set(`${metric}${labels}`, Number(value));
    }
  }
  return families;
}

const inTime = { timeout: 60_000 };
const metricsOf = (figures: Figures): string => [...metricsIn(figures)].join("");

const none: Histogram = { counts: histogramBounds.map(() => 0).concat(0), sum: 0 };
const figures: Figures = {
  startedAt: 1_000,
  now: 2_000,
  functions: [],
  egresses: [],
  endpoints: [],
  sources: [],
  pendingMessages: 1,
  pendingBytes: 2,
  runningSteps: 3,
  timers: 4,
  deadLetters: 5,
  windows: 6,
  steps: 7,
  rows: 8,
  bytes: 9,
  commitMs: none,
  clockBehindMs: 0,
};
const fn = {
  ...{ accepted: 1, refused: 2, completed: 3, failed: 4, dead: 5, waiting: 6, oldestMs: 7_500 },
  durationMs: none,
};

describe("the text of metrics", () => {
  it("has every family once, with a unit in its name and a total where it counts", () => {
    const families = parsed(metricsOf({ ...figures, functions: [{ typename: "a/b", ...fn }] }));
    for (const [name, { type, samples, help }] of families) {
      expect(name).toMatch(/^statefun_[a-z_]+$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      if (type === "histogram") expect(name).toMatch(/_seconds$/);
      expect(help.length).toBeGreaterThan(3);
      expect(samples.size).toBeGreaterThan(0);
    }
    expect(families.get("statefun_oldest_message_seconds")?.samples).toEqual(
      new Map([['statefun_oldest_message_seconds{function="a/b"}', 7.5]]),
    );
  });

  it("leaves a family out that has nothing to say", () => {
    const families = parsed(metricsOf(figures));
    expect([...families.keys()].filter((name) => /egress|endpoint|ingress/.test(name))).toEqual([]);
  });

  it("escapes what a label may not have, and nothing else", () => {
    const typename = 'a/"\\\n\u0000é🙂{}';
    const text = metricsOf({ ...figures, functions: [{ typename, ...fn }] });
    const { samples } = parsed(text).get("statefun_messages_dead_total") ?? {};
    expect([...(samples ?? [])]).toEqual([
      [`statefun_messages_dead_total{function="a/\\"\\\\\\n\u0000é🙂{}"}`, 5],
    ]);
  });

  it("has cumulative buckets in seconds, and a count that is the last one", () => {
    const counts = none.counts.map((_, index) => index);
    const commitMs = { counts, sum: 1_500 };
    const { samples } =
      parsed(metricsOf({ ...figures, commitMs })).get("statefun_commit_seconds") ?? {};
    const buckets = [...(samples ?? [])].filter(([name]) => name.includes("_bucket"));
    expect(buckets.map(([name]) => /le="(.*)"/.exec(name)?.[1])).toEqual([
      ...histogramBounds.map((bound) => String(bound / 1_000)),
      "+Inf",
    ]);
    const values = buckets.map(([, value]) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    const all = counts.reduce((sum, one) => sum + one, 0);
    expect(values.at(-1)).toBe(all);
    expect(samples?.get("statefun_commit_seconds_count")).toBe(all);
    expect(samples?.get("statefun_commit_seconds_sum")).toBe(1.5);
  });

  it("has a lag only where it is known", () => {
    const sources = [
      { ingress: "a/in", source: "t/0", lag: 5, records: 1 },
      { ingress: "a/in", source: "t/1", lag: undefined, records: 2 },
    ];
    const families = parsed(metricsOf({ ...figures, sources }));
    expect(families.get("statefun_ingress_lag")?.samples.size).toBe(1);
    expect(families.get("statefun_ingress_records_total")?.samples.size).toBe(2);
  });
});

describe("GET /metrics", () => {
  const sampleOf = (text: string, name: string): number | undefined => {
    for (const { samples } of parsed(text).values()) {
      if (samples.has(name)) return samples.get(name);
    }
    return undefined;
  };

  it("counts what a runtime does", async () => {
    const { ask, runtime } = await start();
    await runtime.call(cart.at("1"), { item: "pen", count: 1 });
    await runtime.send(worker.at("1"), "x", { idempotencyKey: "1" });
    await runtime.send(worker.at("1"), "x", { idempotencyKey: "1" });
    await runtime.send(worker.at("2"), "never");
    await runtime.idle();
    const response = await ask("/metrics", { as: "reader" });
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    const value = (name: string, labels = "") => sampleOf(text, `statefun_${name}${labels}`);
    const of = (name: string) => `{function="ops/${name}"}`;
    expect(value("messages_accepted_total", of("cart"))).toBe(1);
    expect(value("messages_accepted_total", of("worker"))).toBe(2);
    expect(value("messages_completed_total", of("cart"))).toBe(1);
    expect(value("messages_completed_total", of("worker"))).toBe(1);
    expect(value("attempts_failed_total", of("worker"))).toBe(1);
    expect(value("handler_seconds_count", of("worker"))).toBe(2);
    expect(value("messages_dead_total", of("worker"))).toBe(1);
    expect(value("dead_letters")).toBe(1);
    expect(value("records_emitted_total", '{egress="ops/records"}')).toBe(1);
    expect(value("records_delivered_total", '{egress="ops/undelivered"}')).toBe(1);
    expect(value("egress_backlog", '{egress="ops/undelivered"}')).toBe(0);
    expect(value("egress_up", '{egress="ops/undelivered"}')).toBe(1);
    expect(value("windows_total")).toBeGreaterThan(0);
    expect(value("commit_seconds_count")).toBeGreaterThan(0);
    expect(value("start_time_seconds")).toBeLessThan(Date.now() / 1_000 + 1);
  });

  it("knows the backlog and the timers of an earlier run", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "statefun-metrics-")), "store.db");
    const down = undelivered.to(async () => {
      throw new Error("down");
    });
    const open = () => start({ store: sqliteStore(path), egresses: [keep(records), down] });
    const first = await open();
    for (let index = 0; index < 40; index++) await first.runtime.send(worker.at("1"), "x");
    for (let index = 0; index < 3; index++) await first.runtime.send(later.at(`${index}`), "x");
    await first.runtime.idle();
    await first.runtime.close({ drainMs: 0 });
    const { ask, runtime } = await open();
    const values = async () => {
      const text = await (await ask("/metrics")).text();
      const backlog = sampleOf(text, 'statefun_egress_backlog{egress="ops/undelivered"}');
      return [backlog, sampleOf(text, "statefun_timers")];
    };
    expect(await values()).toEqual([40, 3]);
    await runtime.send(worker.at("1"), "x");
    await runtime.send(later.at("9"), "x");
    await expect.poll(values).toEqual([41, 4]);
  });

  it("counts timers that an operator cancels, fires, or deletes with their instance", async () => {
    const { ask, read, runtime } = await start();
    for (const id of ["1", "2", "3", "4"]) await runtime.send(later.at(id), "x");
    await runtime.idle();
    const timers = async () => sampleOf(await (await ask("/metrics")).text(), "statefun_timers");
    expect(await timers()).toBe(4);
    const listed = (await read("/admin/timers")).timers;
    await read(`/admin/timers/${listed[0].number}`, { method: "DELETE" });
    await read(`/admin/timers/${listed[1].number}/fire`, { method: "POST" });
    const { id } = listed[2].to;
    const path = `/admin/instance?function=ops/later&id=${id}&timers=true`;
    await read(path, { method: "DELETE" });
    expect((await read("/admin/timers")).timers).toHaveLength(1);
    await expect.poll(timers).toBe(1);
  });

  it.each(["memory", "sqlite"])(
    "counts timers and dead letters by name, in all runs, and their sums are the totals: on %s",
    async (kind) => {
      const path = join(mkdtempSync(join(tmpdir(), "statefun-metrics-")), "store.db");
      const store = kind === "memory" ? memoryStore() : sqliteStore(path);
      const open = () => start({ store, egresses: [keep(records)] });
      const first = await open();
      for (const id of ["1", "2", "3"]) await first.runtime.send(later.at(id), "x");
      for (const id of ["1", "2"]) await first.runtime.send(worker.at(id), "never");
      await first.runtime.send(worker.at("3"), "a record of an egress that is not bound");
      await first.runtime.idle();
      const seen = async ({ ask }: Pick<typeof first, "ask">) => {
        const families = parsed(await (await ask("/metrics")).text());
        const samples = (name: string) => families.get(`statefun_${name}`)?.samples ?? new Map();
        const some = (name: string) =>
          Object.fromEntries([...samples(name)].filter(([, value]) => value > 0));
        const sum = (...names: string[]) =>
          names.flatMap((name) => [...samples(name).values()]).reduce((all, one) => all + one, 0);
        expect(sum("function_timers")).toBe(samples("timers").get("statefun_timers"));
        const dead = sum("function_dead_letters", "egress_dead_letters");
        expect(dead).toBe(samples("dead_letters").get("statefun_dead_letters"));
        return ["function_timers", "function_dead_letters", "egress_dead_letters"].map(some);
      };
      const held = (timers: number, letters: number) => [
        timers === 0 ? {} : { 'statefun_function_timers{function="ops/later"}': timers },
        letters === 0 ? {} : { 'statefun_function_dead_letters{function="ops/worker"}': letters },
        { 'statefun_egress_dead_letters{egress="ops/undelivered"}': 1 },
      ];
      expect(await seen(first)).toEqual(held(3, 2));
      const zero = await (await first.ask("/metrics")).text();
      expect(sampleOf(zero, 'statefun_function_timers{function="ops/cart"}')).toBe(0);
      await first.runtime.close({ drainMs: 0 });
      const { ask, read } = await open();
      expect(await seen({ ask })).toEqual(held(3, 2));
      const [letter] = (await read("/admin/dead-letters?function=ops/worker")).deadLetters;
      await read(`/admin/dead-letters/${letter.id}`, { method: "DELETE" });
      for (const { number } of (await read("/admin/timers")).timers) {
        await read(`/admin/timers/${number}`, { method: "DELETE" });
      }
      // It is counted once a second.
      await expect.poll(() => seen({ ask }).catch(String), inTime).toEqual(held(0, 1));
    },
  );

  it("says that of what waits, and nothing is held up by the count", async () => {
    const functions = new StatefulFunctions("wide");
    let go: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const one = functions.bind("wide/one", { accepts: string }, () => held);
    const runtime = await createRuntime({
      modules: [functions],
      http: { admin: { authenticate: "none" } },
      onError: () => {},
    });
    for (let index = 0; index < 30_000; index++) void runtime.send(one.at(String(index)), "x");
    await expect
      .poll(async () => {
        const text = await (await runtime.fetch(new Request("http://x/metrics"))).text();
        return sampleOf(text, 'statefun_messages_waiting{function="wide/one"}');
      })
      .toBe(30_000);
    go();
    await runtime.close({ drainMs: 0 });
  });
});

describe("names that callers invent", () => {
  it("are folded beyond a thousand, and their waiting messages with them", async () => {
    const far = createServer((_, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => far.listen(0, "127.0.0.1", resolve));
    const { port } = far.address() as AddressInfo;
    const endpoints = [
      { functions: ["far/*"], urlPathTemplate: `http://127.0.0.1:${port}/` },
    ] as const;
    const { runtime, ask, read } = await start({}, [defineModule({ name: "far", endpoints })]);
    const names = 1_500;
    for (let index = 0; index < names; index++) {
      await runtime.send(address(`far/f${index}`, "1"), string.of("x"));
    }
    await runtime.call(cart.at("1"), { item: "pen", count: 1 });
    const families = parsed(await (await ask("/metrics")).text());
    const waiting = families.get("statefun_messages_waiting")?.samples ?? new Map();
    expect([...waiting.keys()].filter((name) => name.includes("far/"))).toHaveLength(1_000);
    const sum = [...waiting.values()].reduce((before, one) => before + one, 0);
    expect(sum).toBe(names);
    const oldest = families.get("statefun_oldest_message_seconds")?.samples;
    expect(oldest?.size).toBe(waiting.size);
    const accepted = families.get("statefun_messages_accepted_total")?.samples;
    expect(accepted?.get('statefun_messages_accepted_total{function="ops/cart"}')).toBe(1);
    const { functions } = await read("/admin/functions");
    const found = functions.find((one: Answered) => one.typename === "ops/cart");
    expect(found.figures.completed).toBe(1);
    far.close();
  });

  it("are written in turns: others have the thread between", async () => {
    const functions = Array.from({ length: 3_000 }, (_, at) => ({ typename: `a/f${at}`, ...fn }));
    const admin = { lacks: {}, figures: async () => ({ ...figures, functions }) };
    let turns = 0;
    let isOver = false;
    const look = (): void => {
      turns++;
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    // Of a call, only what operators have is looked at.
    const answer = await metricsRow.answer({ admin } as never);
    isOver = true;
    expect(turns).toBeGreaterThan(3);
    expect(Object(answer).status).toBe(200);
  });
});

describe("endpoints of remote functions", () => {
  it("are up before they were called, and down and up again by name", async () => {
    let isDown = false;
    const far = createServer((_, response) => response.writeHead(isDown ? 503 : 500).end());
    await new Promise<void>((resolve) => far.listen(0, "127.0.0.1", resolve));
    const { port } = far.address() as AddressInfo;
    const [one, two] = [functionRef("else/one", string), functionRef("else/two", string)];
    const endpoints = [
      { functions: ["far/*"], urlPathTemplate: `http://127.0.0.1:${port}/` },
      { functions: [one, two], urlPathTemplate: "http://127.0.0.1:9/{function.name}" },
    ] as const;
    const { runtime, ask, read } = await start({}, [defineModule({ name: "far", endpoints })]);
    const up = async () => {
      const families = parsed(await (await ask("/metrics")).text());
      return [...(families.get("statefun_endpoint_up")?.samples ?? [])];
    };
    const known = (far: number) => [
      ['statefun_endpoint_up{endpoint="else/one"}', 1],
      ['statefun_endpoint_up{endpoint="else/two"}', 1],
      ['statefun_endpoint_up{endpoint="far/*"}', far],
    ];
    expect(await up()).toEqual(known(1));
    isDown = true;
    await runtime.send(address("far/one", "1"), string.of("x"));
    await expect.poll(up).toEqual(known(0));
    isDown = false;
    await expect.poll(up).toEqual(known(1));
    const { endpoints: shown } = await read("/admin/endpoints");
    expect(shown.map(({ name, sinceMs }: Answered) => [name, typeof sinceMs])).toEqual([
      ["else/one", "undefined"],
      ["else/two", "undefined"],
      ["far/*", "number"],
    ]);
    far.close();
  });
});

it("counts no more names than a thousand, whatever callers invent", async () => {
  const { Counters } = await import("../../src/host/admin/counters.ts");
  const counters = new Counters(
    { now: () => 0, monotonic: () => 0 },
    (name) => name === "own/last",
  );
  for (let index = 0; index < 5_000; index++) {
    const address = { typename: `invented/${index}`, id: "1" };
    const event = { engine: "embedded", address, messageTypename: "", code: "x" } as const;
    counters.observer.refused?.(event);
  }
  const address = { typename: "own/last", id: "1" };
  counters.observer.refused?.({ engine: "embedded", address, messageTypename: "", code: "x" });
  expect(counters.functions.size).toBe(1_002);
  expect(counters.functions.get("own/last")?.refused).toBe(1);
  expect(counters.functions.get("(others)")?.refused).toBe(4_000);
});

it("is nothing that a runtime without operators counts", async () => {
  const { ask } = await start({ http: { authenticate: "none" } });
  expect((await ask("/metrics")).status).toBe(404);
});
