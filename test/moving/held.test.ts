import { type EgressRecord, egress, StatefulFunctions, string } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { expect, it } from "vitest";
import type { LanesParts } from "../../src/engine/contract/lanes.ts";
import { WaitingLanes } from "../../src/engine/egress/waiting-lanes.ts";
import type { WrittenLine } from "../../src/export-format/writer.ts";
import { importHalf } from "./support/half-import.ts";
import { openShop, shopFunctions } from "./support/shop.ts";
import { bytesOf, header, inPieces } from "./support/stored.ts";

const partition = { kind: "partition", name: "", lastNumber: 9_000 } as const;
const later = { function: "shop/later", id: "1" };
const value = { type: "io.statefun.types/string", bytes: "CgEx" };

/** Begins to write an export and stops, so that the runtime is held. Gives what completes it. */
async function half(runtime: Runtime): Promise<() => Promise<unknown>> {
  const messages = Array.from({ length: 3_000 }, (_, n): WrittenLine => {
    return {
      kind: "message",
      number: n + 1,
      to: { function: "test/none", id: "1" },
      message: value,
    };
  });
  const bytes = await bytesOf([header, partition, ...messages]);
  await importHalf(runtime, inPieces(bytes));
  return () => runtime.import(inPieces(bytes));
}

it("delivers nothing, on no lane that waits either, until the import is complete", async () => {
  const out = egress("test/out", string);
  const functions = new StatefulFunctions();
  const emitter = functions.bind("test/emitter", { accepts: string }, (context, text) => {
    context.emit(out, text);
  });
  let attempts = 0;
  const deliver = async (records: readonly EgressRecord<string>[]) => {
    attempts++;
    return records.map((_, index) => ({ index, reason: new Error("it is away") }));
  };
  const lanes = (parts: LanesParts) => new WaitingLanes(parts, () => "one");
  const how = { ...Object(out.to(() => {})["~deliver"]), deliver, lanes };
  const runtime = await createRuntime({
    modules: functions,
    egresses: [{ typename: out.typename, "~deliver": how }] as never,
    onError: () => {},
  });
  await runtime.send(emitter.at("1"), "a");
  await expect.poll(() => attempts).toBeGreaterThan(2);
  const complete = await half(runtime);
  const before = attempts;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(attempts).toBe(before);
  await complete();
  await expect.poll(() => attempts, { timeout: 5_000 }).toBeGreaterThan(before);
  await runtime.close({ drainMs: 0 });
});

it("counts the records and timers that an import has brought among those that wait", async () => {
  const shop = shopFunctions();
  const runtime = await openShop(shop, { http: { admin: { authenticate: "none" } } });
  const figures = async () => {
    const text = await (await runtime.fetch(new Request("http://localhost/metrics"))).text();
    const wanted = /^statefun_(?:timers|egress_backlog\{egress="shop\/stuck"\}) (\d+)$/gm;
    return [...text.matchAll(wanted)].map(([, figure]) => Number(figure));
  };
  expect(await figures()).toEqual([0, 0]);
  const bytes = await bytesOf([
    header,
    partition,
    { kind: "timer", number: 1, dueAt: 9e12, to: later, message: value },
    { kind: "record", number: 2, egress: "shop/stuck", from: later, record: value },
  ]);
  await runtime.import(inPieces(bytes));
  // They are fresh for a moment.
  await expect.poll(figures, { timeout: 5_000 }).toEqual([1, 1]);
  await runtime.close({ drainMs: 0 });
});
