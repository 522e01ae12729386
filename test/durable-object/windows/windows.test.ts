import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";
import type { Counts } from "./worker.ts";

let objects: Objects;
let other: Server;

beforeAll(async () => {
  other = createServer((_, response) => setTimeout(() => response.end("here"), 5));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const bindings = { SERVICE: `http://127.0.0.1:${port}/` };
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), bindings);
});

afterAll(async () => {
  await objects.close();
  other.close();
});

async function control<T>(what: string, name = ""): Promise<T> {
  const response = await fetch(`${objects.url()}/test/${what}?${new URLSearchParams({ name })}`);
  return (await response.json()) as T;
}

async function send(path: string, to: string): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "statefun-type": "io.statefun.types/string",
  };
  const response = await fetch(`${objects.url()}/functions/${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(to),
  });
  expect(response.status, await response.text()).toBe(202);
}

async function count(path: string): Promise<number> {
  const response = await fetch(`${objects.url()}/admin/instances/${path}`);
  const { state } = (await response.json()) as { state: { count?: { value: number } } };
  return state.count?.value ?? 0;
}

/** Until the alarm of a hop has gone off, six seconds after it: its object is still in memory then. */
async function rung(name: string): Promise<void> {
  while ((await control<Counts>("counts", name)).alarms === 0) await wait(50);
}

/**
 * An object that waits for another one for 50 ms sets an alarm, and what comes later than together is a window of its own: so
 * it is where the machine stutters. A round in which it does not has these numbers.
 */
async function oneOfRounds(round: (number: number) => Promise<void>): Promise<void> {
  for (let number = 1; ; number++) {
    try {
      return await round(number);
    } catch (error) {
      if (number === 10) throw error;
    }
  }
}

const kinds = ["sync", "promise", "timer", "fetch"];

describe.concurrent.for(kinds)("handlers: %s", (kind) => {
  const [source, sink] = [`windows/${kind}-source`, `windows/${kind}-sink`];
  const figures = (id: string) =>
    Promise.all([
      control<Counts>("counts", `${source}/${id}`),
      control<Counts>("counts", `${sink}/${id}`),
    ]);
  const begin = (id: string) =>
    Promise.all([control("begin", `${source}/${id}`), control("begin", `${sink}/${id}`)]);
  const end = (id: string) =>
    Promise.all([control("end", `${source}/${id}`), control("end", `${sink}/${id}`)]);
  const reaches = async (path: string, total: number): Promise<void> => {
    const end = Date.now() + 60_000;
    while ((await control<number>("ran", path)) < total && Date.now() < end) await wait(10);
    expect(await control("ran", path)).toBe(total);
    // Until its window is committed, and acknowledged.
    await wait(30);
  };

  const waits = kind === "timer" || kind === "fetch";
  /** How many windows there were, if that is right: a machine that stutters lets a handler wait for longer than its answer may. */
  const oneOf = ({ windows } = { windows: 0 }, hops = 1): number =>
    waits && windows > hops && windows <= 2 * hops ? windows : hops;

  it("a rare hop is a window and an alarm at its sender, a window at its receiver", async () => {
    await begin("rare");
    await send(`${source}/rare`, "rare");
    await rung(`${source}/rare`);
    await oneOfRounds(async (number) => {
      // Both had been evicted from memory.
      await end("rare");
      await begin("rare");
      await send(`${source}/rare`, "rare");
      await rung(`${source}/rare`);
      const [from, to] = await figures("rare");
      expect(await count(`${sink}/rare`)).toBe(1 + number);
      expect(from).toEqual({ windows: 1, alarmsSet: 1, alarms: 1, rpcs: 0 });
      expect(to).toEqual({ windows: oneOf(to), alarmsSet: 0, alarms: 0, rpcs: 1 });
    });
  });

  it("a rare chain of hops sets one alarm, at its beginning", async () => {
    const middle = `windows/${kind}-middle`;
    const names = [`${source}/chain`, `${middle}/chain`, `${sink}/chain`];
    for (const name of names) await control("begin", name);
    await send(`${source}/chain`, "by the middle");
    await rung(`${source}/chain`);
    await oneOfRounds(async (number) => {
      for (const name of names) await control("end", name);
      for (const name of names) await control("begin", name);
      await send(`${source}/chain`, "by the middle");
      await rung(`${source}/chain`);
      const [first, second, third] = await Promise.all(
        names.map((name) => control<Counts>("counts", name)),
      );
      expect(await count(`${sink}/chain`)).toBe(1 + number);
      expect(first).toEqual({ windows: 1, alarmsSet: 1, alarms: 1, rpcs: 0 });
      expect(second).toEqual({ windows: oneOf(second), alarmsSet: 0, alarms: 0, rpcs: 1 });
      expect(third).toEqual({ windows: oneOf(third), alarmsSet: 0, alarms: 0, rpcs: 1 });
    });
  });

  it("hops one after another are a window each at both ends", async () => {
    await send(`${source}/next`, "next");
    await reaches(`${sink}/next`, 1);
    let hops = 1;
    await oneOfRounds(async () => {
      await begin("next");
      for (let left = 10; left > 0; left--) {
        await send(`${source}/next`, "next");
        await reaches(`${sink}/next`, ++hops);
      }
      const [from, to] = await figures("next");
      expect(from).toEqual({ windows: 10, alarmsSet: 0, alarms: 0, rpcs: 0 });
      expect(to).toEqual({ windows: oneOf(to, 10), alarmsSet: 0, alarms: 0, rpcs: 10 });
    });
  });

  it("a hop within an object is one window, and no alarm", async () => {
    const name = `group-${kind}`;
    await send(`${source}/${name}.a`, `${name}.b`);
    await reaches(`${sink}/${name}.b`, 1);
    await oneOfRounds(async (number) => {
      await control("begin", name);
      await send(`${source}/${name}.a`, `${name}.b`);
      await reaches(`${sink}/${name}.b`, 1 + number);
      await wait(200);
      const { windows, alarmsSet } = await control<Counts>("counts", name);
      expect({ windows, alarmsSet }).toEqual({ windows: 1, alarmsSet: 0 });
    });
  });

  it("50 sends at once are a few windows at each end", () =>
    oneOfRounds(async (number) => {
      const id = `many-${number}`;
      await send(`${source}/${id}`, id);
      await reaches(`${sink}/${id}`, 1);
      await begin(id);
      await control("many", `${source}/${id}`);
      await reaches(`${sink}/${id}`, 51);
      const [from, to] = await figures(id);
      expect(from.windows).toBeLessThanOrEqual(waits ? 6 : 2);
      expect(to.windows).toBeLessThanOrEqual(waits ? 6 : 2);
      expect(from.alarmsSet + to.alarmsSet).toBeLessThanOrEqual(2);
    }));
});

it("no timer is left behind that keeps an object in memory", async () => {
  for (const kind of kinds) await send(`windows/${kind}-source/left`, "left");
  let left: unknown[] = [];
  // Two seconds at least, and more where everything is slow.
  for (let looks = 0; looks < 40 && (looks === 0 || left.length > 0); looks++) {
    await wait(50);
    left = await control("timers");
  }
  expect(left).toEqual([]);
});
