import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import {
  directoryOf,
  directoryShards,
  shardAddress,
} from "../../src/durable-object/directory-shards.ts";
import type { LinkBatch } from "../../src/engine/contract/links.ts";
import { noteFromMessage } from "../../src/engine/directory/notes.ts";
import type { WireValue } from "../../src/model/invocation.ts";
import { type Env, FewObjects } from "./objects/few-objects.ts";
import { simulateDirectory } from "./objects/simulate-directory.ts";
import { planOf, reportOf } from "./seeds.ts";

const { STATEFUN_CRASHES } = process.env;
const plan = planOf(110);

it(
  "the directory ends right, whatever ends, is repeated, comes late or is restored",
  async () => {
    let crashes = 0;
    for (let runs = 0; !plan.isEnough(runs, crashes); runs++) {
      const run = await simulateDirectory(plan.first + runs, process.env["STATEFUN_TRACE"] === "1");
      if (process.env["STATEFUN_TRACE"] === "1") console.log(run.trace.join("\n"));
      expect(run.violations.length > 0 ? reportOf(run) : undefined).toBeUndefined();
      for (const count of run.crashes.values()) crashes += count;
    }
    expect(crashes).toBeGreaterThan(0);
  },
  Math.max(300_000, Number(STATEFUN_CRASHES ?? 0) * 40),
);

function customers(): StatefulFunctions<Env> {
  const functions = new StatefulFunctions<Env>("directory");
  const state = { name: string } as const;
  functions.bind("shop/customer", { accepts: string, state }, (context, text) => {
    context.state.name = text === "gone" ? undefined : text;
  });
  return functions;
}

const guest = "shop/guest";

function guests(expireAfterWriteMs: number): StatefulFunctions<Env> {
  const functions = new StatefulFunctions<Env>("directory");
  const seen = { type: string, expireAfterWriteMs } as const;
  functions.bind(guest, { accepts: string, state: { seen } }, (context, text) => {
    context.state.seen = text;
  });
  return functions;
}

async function idsIn(objects: FewObjects, of = "shop/customer"): Promise<string[]> {
  const ids: string[] = [];
  for (let shard = 0; shard < directoryShards; shard++) {
    const { typename, id } = shardAddress(shard);
    const name = `${typename}/${id}`;
    const want = { typename: of, prefix: "", after: undefined, limit: 9 };
    const answer = await objects.settled(objects.object(name).rpc.operate(name, "ids", want));
    if ("value" in answer) ids.push(...answer.value.ids);
  }
  return ids;
}

it("an address whose directory does not answer is entered by an alarm, though its object has ended", async () => {
  let isLost = true;
  const isShard = (name: string) => name.startsWith("statefun/directory/");
  const objects = new FewObjects({
    ...{ functions: customers(), directory: true },
    isLost: (to) => isLost && isShard(to),
  });
  const before = objects.now();
  await objects.send("shop/customer", "ann", "x");
  // The answer does not wait for ever.
  expect(objects.now() - before).toBeLessThan(1_000);
  objects.object("ann").die("nobody asks again");
  isLost = false;
  await objects.pass(20_000);
  expect(await idsIn(objects)).toEqual(["ann"]);
});

it("an address is entered at once, though one before it waits long for the same part of the directory", async () => {
  let isDown = true;
  const functions = customers();
  functions.bind("shop/slow", { accepts: string }, ({ env }) => env.wait(3_000_000));
  const objects = new FewObjects({
    ...{ functions, directory: true, placement: () => "one" },
    isLost: (to) => isDown && to.startsWith("statefun/directory/"),
  });
  // It keeps the object open.
  await objects.send("shop/slow", "a", "x");
  const { shardOf } = directoryOf(true, new Map());
  const shard = ({ id }: { readonly id: string }) => shardOf({ typename: "shop/customer", id }).id;
  const ids = Array.from({ length: 40 }, (_, index) => ({ id: `${index}` }));
  const [first, second] = ids.filter((one, _, [any]) => any && shard(one) === shard(any));
  if (first === undefined || second === undefined) throw new Error("no two in one part");
  await objects.send("shop/customer", first.id, "x");
  await objects.pass(2_400_000);
  isDown = false;
  await objects.send("shop/customer", second.id, "x");
  await objects.pass(1_000);
  expect(await idsIn(objects)).toEqual([first.id, second.id]);
});

it("an object that was restored is put right when an operator looks at its instance", async () => {
  const objects = new FewObjects({ functions: customers(), directory: true });
  const ann = objects.object("ann");
  await objects.send("shop/customer", "ann", "x");
  ann.die("for a snapshot");
  const snapshot = ann.disk.snapshot();
  await objects.send("shop/customer", "ann", "gone");
  expect(await idsIn(objects)).toEqual([]);
  ann.die("to be restored");
  ann.disk.restore(snapshot);
  const address = { typename: "shop/customer", id: "ann" };
  await objects.settled(ann.rpc.operate("ann", "instance", { address }));
  await objects.pass(1_000);
  expect(await idsIn(objects)).toEqual(["ann"]);
});

it.each(["comes again", "ends"])(
  "an address stays listed that is written after its object has said that it goes: it %s meanwhile",
  async (what) => {
    let isLeaving = false;
    let batches = 0;
    const objects: FewObjects = new FewObjects({
      ...{ functions: guests(3_600_000), directory: true },
      isLost: (to) => {
        if (!isLeaving || !to.startsWith("statefun/directory/")) return false;
        // The first batch is what the life before reported, sent once more; the second one says that it goes.
        if (++batches !== 2) return false;
        const argument = { typename: string.typename, bytes: string.encode("again"), headers: [] };
        const target = { typename: guest, id: "ann" };
        const arrival = { target, argument, idempotencyKey: undefined, delayMs: 0 };
        if (what === "comes again") void ann.rpc.send("ann", arrival);
        else setImmediate(() => ann.die("after it said so"));
        return false;
      },
    });
    const ann = objects.object("ann");
    await objects.send(guest, "ann", "first");
    await objects.pass(3_590_000);
    isLeaving = true;
    for (let left = 300; left > 0 && batches < 2; left--) await objects.pass(100);
    expect(batches).toBeGreaterThan(1);
    await objects.send(guest, "ann", "last");
    expect(ann.disk.hasRows).toBe(true);
    expect(await idsIn(objects, guest)).toEqual(["ann"]);
  },
);

it("what an object has said when it was about to go is taken for lost, and comes late: it changes nothing", async () => {
  const late: { to: string; batch: LinkBatch }[] = [];
  const objects: FewObjects = new FewObjects({
    ...{ functions: guests(60_000), directory: true },
    isLost: (to, batch) => {
      const isGone = batch.messages.some(({ argument }) => isHereIn(argument) === false);
      if (isGone && late.length === 0) late.push({ to, batch });
      return isGone && batch.messages.length === 1;
    },
  });
  const isHereIn = (value: WireValue) => noteFromMessage(value)?.isHere;
  await objects.send(guest, "ann", "first");
  for (let left = 2_000; left > 0 && late.length === 0; left--) await objects.pass(100);
  await objects.send(guest, "ann", "last");
  await objects.pass(1_000);
  const [{ to, batch } = { to: "", batch: undefined }] = late;
  if (batch === undefined) throw new Error("it has not said that it goes");
  const shard = objects.object(to);
  shard.die("it has rested");
  const want = { typename: guest, prefix: "", after: undefined, limit: 9 };
  expect(await objects.settled(shard.rpc.operate(to, "ids", want))).toMatchObject({
    value: { ids: ["ann"] },
  });
  await objects.settled(shard.rpc.receive(to, batch));
  expect(await objects.settled(shard.rpc.operate(to, "ids", want))).toMatchObject({
    value: { ids: ["ann"] },
  });
});

describe("while the directory does not answer", () => {
  /** Alarms of an hour. Then it answers again. */
  async function alarmsOf(functions: StatefulFunctions<Env>, of: string, isLostFirst: boolean) {
    let isLost = isLostFirst;
    let isGoneLost = true;
    const objects: FewObjects = new FewObjects({
      ...{ functions, directory: true },
      isLost: (to, { messages }) => {
        if (!to.startsWith("statefun/directory/")) return false;
        const [note] = messages.map(({ argument }) => noteFromMessage(argument));
        return isLost || (isGoneLost && note?.isHere === false);
      },
    });
    await objects.send(of, "ann", "x");
    await objects.pass(200_000);
    const { disk } = objects.object("ann");
    const before = disk.alarmsSet;
    await objects.pass(3_600_000);
    const alarms = disk.alarmsSet - before;
    isLost = isGoneLost = false;
    await objects.pass(2 * 3_600_000);
    return { alarms, disk, objects };
  }

  it.each([true, false])(
    "an object that may go tries it less and less: here was lost, too: %s",
    async (isLost) => {
      const { alarms, disk } = await alarmsOf(guests(60_000), guest, isLost);
      expect(alarms).toBeGreaterThan(1);
      expect(alarms).toBeLessThan(10);
      expect(disk.hasRows).toBe(false);
    },
  );

  it("an object that stays tries it less and less, and is listed in the end", async () => {
    const { alarms, objects } = await alarmsOf(customers(), "shop/customer", true);
    expect(alarms).toBeGreaterThan(1);
    expect(alarms).toBeLessThan(10);
    expect(await idsIn(objects)).toEqual(["ann"]);
  });
});
