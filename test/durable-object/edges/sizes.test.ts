import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { edgesOf, startEdges } from "./client.ts";

let objects: Objects;
const { control, send, call, deadLetters } = edgesOf(() => objects);

beforeAll(async () => {
  objects = await startEdges();
});

afterAll(() => objects.close());

const failures = async () =>
  (await deadLetters()).map(
    ({ address, error }) => `${address.id}: ${error.code} ${error.message}`,
  );
const count = (id: string) => call(`edge/counted/${id}`, "ask");

describe("what is larger than an RPC", () => {
  it.for([
    {
      what: "a header of 40 MB",
      path: "header",
      size: 40_000_000,
      limit: /maxMessageBytes \(16777216\)/,
    },
    { what: "an id of 3 MB", path: "id", size: 3_000_000, limit: /maxAddressBytes \(16384\)/ },
  ])("is refused from outside: $what", async ({ path, size, limit }) => {
    const end = await control<string>(path, { size: String(size) });
    expect(end).toMatch(/^limit_exceeded: /);
    expect(end).toMatch(limit);
  });

  it.for([
    {
      what: "headers",
      size: 40_000_000,
      limit: /has \d+ bytes, more than maxMessageBytes \(16777216\)/,
    },
    { what: "id", size: 3_000_000, limit: /has \d+ bytes, more than maxAddressBytes \(16384\)/ },
    { what: "token", size: 3_000_000, limit: /has \d+ bytes, more than maxTokenBytes \(16384\)/ },
    {
      what: "many",
      size: 600_000,
      limit: /has \d+ bytes, more than maxMessageBytes \(16777216\)/,
    },
  ])("is refused in a handler: $what", async ({ what, size, limit }) => {
    await send(`edge/heavy/refused-${what}`, `${what} 1 ${size}`);
    const mine = async () => (await failures()).find((text) => text.startsWith(`refused-${what}:`));
    await expect.poll(mine, { interval: 200 }).toMatch(limit);
    expect(await mine()).toMatch(/: limit_exceeded /);
  });
});

describe("what fits one by one and not together", () => {
  it("1,000 messages with headers of 34 kB go in parts, and their link is free", async () => {
    const before = await count("headers");
    await send("edge/heavy/group-headers", "headers 1000 34000");
    await expect.poll(() => count("headers")).toBeGreaterThan(before + 1_000);
    await send("edge/heavy/group-headers", "headers 1 10");
    await expect.poll(() => count("headers")).toBeGreaterThan(before + 1_002);
  });

  it("five messages of a hundred thousand empty headers each", async () => {
    const before = await count("many");
    await send("edge/heavy/group-many", "many 5 100000");
    await expect.poll(() => count("many")).toBeGreaterThan(before + 5);
  });

  it("eight bytes of a buffer of 100 MB", async () => {
    expect(await control("view", { size: "100000000" })).toBe("taken");
  });
});

describe("dead letters", () => {
  it("with a header of 15 MB arrive, and so do those behind them", async () => {
    await send("edge/heavy/group-dead", "fail-headers 2 15000000");
    await send("edge/heavy/group-dead", "fail 1 8");
    const ours = async () =>
      (await failures()).filter((text) => /^[01]: non_retryable on purpose/.test(text)).length;
    await expect.poll(ours, { interval: 500 }).toBe(3);
  });

  it("of an error whose text has 40 MB have the beginning of it", async () => {
    await send("edge/heavy/group-reason", "reason 1 40000000");
    const mine = async () => (await failures()).find((text) => text.startsWith("group-reason:"));
    await expect.poll(mine, { interval: 200 }).toMatch(/non_retryable xxxx/);
    expect((await mine())?.length).toBeLessThan(10_000);
    expect(await count("after-reason")).toBe(1);
  });
});
