import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytes, int, StatefulFunctions, string } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { heapUsed } from "./support/large-stores.ts";

const functions = new StatefulFunctions();
const counter = functions.bind(
  "heap/counter",
  { accepts: int, state: { count: { type: int, initial: 0 } } },
  (context, by) => {
    context.state.count += by;
  },
);
const many = functions.bind(
  "heap/many",
  {
    accepts: int,
    state: Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`state${index}`, { type: string, initial: "" }]),
    ),
  },
  (context, value) => {
    for (let index = 0; index < 100; index++) context.state[`state${index}`] = `${value}`;
  },
);
const large = functions.bind(
  "heap/large",
  { accepts: int, state: { blob: bytes("heap/blob") } },
  (context, value) => {
    context.state.blob = new Uint8Array(value);
  },
);

let runtime: Runtime | undefined;
let directory = "";
afterEach(async () => {
  await runtime?.close();
  rmSync(directory, { recursive: true });
});

/** Bytes of the heap for so many instances that have nothing to do. What was only just used is let go a little later. */
async function heapOf(count: number, use: (runtime: Runtime, id: string) => Promise<unknown>) {
  directory = mkdtempSync(join(tmpdir(), "statefun-heap-"));
  const store = sqliteStore(join(directory, "store.db"), { durability: "normal" });
  runtime = await createRuntime({ modules: [functions], store });
  for (let id = 0; id < 1_000; id++) await use(runtime, `warm-${id}`);
  await runtime.idle();
  const base = heapUsed();
  for (let id = 0; id < count; id += 1_000) {
    const ids = Array.from({ length: 1_000 }, (_, index) => `id-${id + index}`);
    await Promise.all(ids.map((id) => runtime && use(runtime, id)));
  }
  await runtime.idle();
  return () => heapUsed() - base;
}

/** A look collects all garbage. */
const settling = { interval: 500 };

describe("the heap", () => {
  it("has a few hundred bytes for an idle instance with a number", async () => {
    const bytes = await heapOf(50_000, (runtime, id) => runtime.send(counter.at(id), 1));
    const each = () => bytes() / 50_000;
    console.log(`${Math.round(each())} bytes for an instance`);
    await expect.poll(each, settling).toBeLessThan(600);
  });

  it("has at most 64 MiB for idle instances, whatever they are made of", async () => {
    const most = 1.3 * 67_108_864;
    const bytes = await heapOf(8_000, (runtime, id) => runtime.send(many.at(id), 1));
    await expect.poll(bytes, settling).toBeLessThan(most);
  });

  it("has at most 64 MiB for idle instances with ids of thousands of characters", async () => {
    const long = "x".repeat(5_000);
    const bytes = await heapOf(16_000, (runtime, id) => runtime.send(large.at(id + long), 1_000));
    await expect.poll(bytes, settling).toBeLessThan(1.3 * 67_108_864);
  });
});
