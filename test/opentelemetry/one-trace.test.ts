import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionRef, string } from "statefun";
import { createClient } from "statefun/client";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { createTestRuntime } from "statefun/testing";
import { afterEach, describe, expect, it } from "vitest";
import { chain, chainTree, ends } from "./support/chain.ts";
import { telemetry } from "./support/telemetry.ts";
import { spanLike, tracesOf, treeOf } from "./support/trees.ts";

const { spans } = telemetry();
const first = functionRef("trace/first", string);
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const records: { readonly value: string; readonly traceparent: string | undefined }[] = [];

async function start(store: Store, delayMs: number): Promise<Runtime> {
  const runtime = await createRuntime({
    modules: [chain(delayMs)],
    store,
    http: { expose: "all", authenticate: "none" },
    observer: openTelemetry(),
    egresses: [
      ends.to((batch) => {
        for (const { value, headers } of batch) {
          records.push({ value, traceparent: headers.get("traceparent") });
        }
      }),
    ],
  });
  closing.push(() => runtime.close({ drainMs: 0 }));
  return runtime;
}

/** A client elsewhere. */
const clientOf = (runtime: Runtime) =>
  createClient({
    url: "http://localhost",
    fetch: (request) => runtime.fetch(request),
    observer: openTelemetry(),
  });

/** A stored link, or a header that got lost, would break the tree. */
function expectOneTrace(root: string): void {
  const all = spans().map(spanLike);
  expect(treeOf(all)).toEqual([root, ...chainTree.map((line) => `  ${line}`)]);
  expect(tracesOf(all)).toBe(1);
  for (const span of all.filter(({ name }) => name.startsWith("process"))) {
    expect(span.links).toEqual([span.parentId]);
  }
}

function expectRecord(): void {
  const sent = spans().find(({ name }) => name === "send trace/ends");
  const { traceId, spanId } = sent?.spanContext() ?? {};
  expect(records.splice(0)).toEqual([{ value: "1", traceparent: `00-${traceId}-${spanId}-01` }]);
}

describe("one trace from an HTTP request through three functions, a timer and back", () => {
  it("on a store in memory", async () => {
    const runtime = await start(memoryStore(), 20);
    await clientOf(runtime).send(first.at("1"), "start");
    await expect.poll(() => records.length).toBe(1);
    expectOneTrace("send trace/first");
    expectRecord();
  });

  it("on SQLite, with a restart while the timer waits", async () => {
    const folder = mkdtempSync(join(tmpdir(), "statefun-trace-"));
    closing.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "app.db");
    const before = await start(sqliteStore(file), 300);
    await clientOf(before).send(first.at("1"), "start");
    await before.idle();
    await before.close();
    expect(records).toEqual([]);
    await start(sqliteStore(file), 300);
    await expect.poll(() => records.length).toBe(1);
    expectOneTrace("send trace/first");
    expectRecord();
  });

  it("in a test, with a crash in the middle", async () => {
    await using runtime = await createTestRuntime(chain(86_400_000), { observer: openTelemetry() });
    await runtime.send(first.at("1"), "start");
    await runtime.crash();
    await runtime.advance(86_400_000);
    expect(runtime.emitted(ends)).toEqual(["1"]);
    expectOneTrace("send trace/first");
  });
});
