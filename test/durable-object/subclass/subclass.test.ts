import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects;

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"));
});

afterAll(() => objects.close());

async function asked<T>(path: string, query: Record<string, string> = {}): Promise<T> {
  const response = await fetch(`${objects.url()}/test/${path}?${new URLSearchParams(query)}`);
  return (await response.json()) as T;
}

async function send(to: string, value: string | number, more: Record<string, string> = {}) {
  const kind = typeof value === "string" ? "string" : "int";
  const headers = {
    "content-type": "application/json",
    "statefun-type": `io.statefun.types/${kind}`,
    ...more,
  };
  const init = { method: "POST", headers, body: JSON.stringify(value) };
  return (await fetch(`${objects.url()}/functions/${to}`, init)).status;
}

/** A browser that looks at an object: what it was shown. */
async function browser(object: string): Promise<{ shown: string[]; close(): void }> {
  const shown: string[] = [];
  const url = objects.url().replace("http", "ws");
  const socket = new WebSocket(`${url}/live?object=${object}`);
  socket.onmessage = ({ data }) => void shown.push(String(data));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return { shown, close: () => socket.close() };
}

const changes = (object: string) => asked<string[][]>("changes", { object });

describe("a subclass that hears of commits", () => {
  it("shows a browser the state when it comes, and after each change", async () => {
    const { shown, close } = await browser("ann");
    await expect.poll(() => shown).toEqual(['{"count":0}']);
    expect(await send("live/counter/ann", "hello")).toBe(202);
    await expect.poll(() => shown.at(-1)).toBe('{"count":1,"last":"hello"}');
    expect(await send("live/counter/ann", "clear")).toBe(202);
    await expect.poll(() => shown.at(-1)).toBe('{"count":2}');
    close();
    const second = await browser("ann");
    await expect.poll(() => second.shown).toEqual(['{"count":2}']);
    second.close();
  });

  it("shows a browser that comes back after a deploy what is stored", async () => {
    expect(await send("live/counter/bob", "hello")).toBe(202);
    await objects.restart();
    const { shown, close } = await browser("bob");
    await expect.poll(() => shown).toEqual(['{"count":1,"last":"hello"}']);
    expect(await send("live/counter/bob", "again")).toBe(202);
    await expect.poll(() => shown.at(-1)).toBe('{"count":2,"last":"again"}');
    close();
  });

  it("is called once for each window, of each instance and state that was written, and of nothing else", async () => {
    expect(await send("live/counter/group", "look")).toBe(202);
    expect(await send("live/counter/group", "hello", { prefer: "wait=1" })).toBe(504);
    await expect.poll(() => changes("group")).toEqual([["live/counter group: count,last"]]);
    expect(await send("live/many/group", 3)).toBe(202);
    const rest = async () => (await changes("group")).slice(1).flat().sort();
    await expect.poll(rest).toEqual([0, 1, 2].map((index) => `live/counter group-${index}: count`));
    expect((await changes("group")).length).toBeLessThanOrEqual(4);
  });

  it("that throws is reported, and changes nothing", async () => {
    for (const count of [1, 2]) {
      expect(await send("live/counter/throws", "answer", { prefer: "wait=5" })).toBe(200);
      const query = { object: "throws", function: "live/counter", id: "throws" };
      expect(await asked("state", query)).toEqual({ count, last: "answer" });
    }
    const errors = async () => (await asked<string[]>("errors")).length;
    await expect.poll(errors).toBe(2);
    expect(await asked("errors")).toEqual(Array(2).fill("Error: the subclass has failed"));
  });
});

describe("a subclass that reads states", () => {
  const state = (object: string, name: string, id: string) =>
    asked("state", { object, function: name, id });

  it("finds what a handler would, also where nothing is stored", async () => {
    expect(await state("nobody", "live/counter", "nobody")).toEqual({ count: 0 });
    expect(await send("live/counter/some-1", "x")).toBe(202);
    await expect
      .poll(() => state("some", "live/counter", "some-1"))
      .toEqual({
        count: 1,
        last: "x",
      });
    expect(await state("some", "live/counter", "some-2")).toEqual({ count: 0 });
  });

  it("is refused instances of other objects, and functions that are not bound", async () => {
    expect(await state("some", "live/counter", "other-1")).toBe("invalid_argument");
    expect(await state("some", "live/countr", "some-1")).toBe("unknown_function");
  });

  it("reads by what no Worker can call, though it has the binding", async () => {
    expect(await asked("rpc", { object: "some" })).toMatch(/does not implement|stateOf/);
  });
});
