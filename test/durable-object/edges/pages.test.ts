import { afterAll, beforeAll, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { edgesOf, startEdges } from "./client.ts";

let objects: Objects;
const { asked, send, call, deadLetters, control } = edgesOf(() => objects);

beforeAll(async () => {
  objects = await startEdges();
});

afterAll(() => objects.close());

interface Kept {
  readonly records: readonly { readonly cursor: string; readonly base64: string }[];
  readonly next: string;
}

interface Instance {
  readonly state: Record<string, { readonly size: number }>;
}

/** The lengths of all kept records, page by page. */
async function kept(limit: number): Promise<number[]> {
  const sizes: number[] = [];
  for (let after = "0"; ; ) {
    const page = await asked<Kept>(`/egresses/edge/kept?after=${after}&limit=${limit}`);
    if (page.records.length === 0) return sizes;
    sizes.push(...page.records.map(({ base64 }) => Math.floor((base64.length * 3) / 4)));
    after = page.next;
  }
}

/** Some of them, as they come. */
async function streamed(count: number): Promise<number> {
  const stop = new AbortController();
  const response = await fetch(`${objects.url()}/egresses/edge/kept?after=0`, {
    headers: { accept: "text/event-stream" },
    signal: stop.signal,
  });
  let events = 0;
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    events += decoder.decode(piece, { stream: true }).split("\ndata:").length - 1;
    if (events >= count) break;
  }
  stop.abort();
  return events;
}

it("11 kept records of 3.5 MB come in pages and as events", async () => {
  await send("edge/heavy/keeps", "keep 11 3500000");
  await expect.poll(() => kept(1), { interval: 500 }).toHaveLength(11);
  for (const limit of [4, 1_000]) {
    const sizes = await kept(limit);
    expect(sizes).toHaveLength(11);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(3_500_000);
  }
  expect(await streamed(11)).toBe(11);
});

it("100 dead letters of 400 kB come in pages, over HTTP and by the client", {
  timeout: 60_000,
}, async () => {
  await send("edge/heavy/group-fails", "fail 100 400000");
  const ours = async () => (await deadLetters()).length;
  await expect.poll(ours, { timeout: 30_000, interval: 500 }).toBe(100);
  expect(await control("list")).toBe(100);
  const health = await asked<{ deadLetters: number }>("/health");
  expect(health.deadLetters).toBe(100);
});

it("one dead letter of nearly 16 MB comes, and those behind it", async () => {
  await send("edge/heavy/group-large", "fail 2 16000000");
  await expect.poll(async () => (await deadLetters()).length).toBe(102);
});

it("an instance with three states of 15 MB is looked at, and each of them comes whole", async () => {
  const size = 15_000_000;
  expect(await call("edge/large/three", size)).toBe(size);
  const look = () => asked<Instance>("/admin/instances/edge/large/three");
  for (const { state } of await Promise.all([look(), look(), look()])) {
    expect(Object.keys(state)).toEqual(["a", "b", "c"]);
    for (const one of Object.values(state)) expect(one).toMatchObject({ size });
  }
  for (const [name, byte] of Object.entries({ a: 1, b: 2, c: 3 })) {
    const query = new URLSearchParams({ of: "state", function: "edge/large", id: "three", name });
    const response = await fetch(`${objects.url()}/admin/value?${query}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([response.status, bytes.length]).toEqual([200, size]);
    expect(bytes.every((one) => one === byte)).toBe(true);
  }
  // The object is as it was.
  expect(await call("edge/large/three", 1)).toBe(1);
});
