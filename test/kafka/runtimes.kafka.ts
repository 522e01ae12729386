import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { Child, type Where } from "./child.ts";
import { keysOf, outTopic } from "./counting.ts";
import { read, write } from "./topics.ts";

const here = import.meta.dirname;
const bin = (name: string): string => join(here, "../matrix/node_modules/.bin", name);
const keys = keysOf(20);
const each = 100;
let broker: Broker;
let folder: string;

beforeAll(async () => {
  broker = await startBroker();
  await broker.createTopic(outTopic, 2);
  // Beside the packed package, as a user has it.
  folder = join(inject("consumer"), "counting");
  mkdirSync(folder);
  for (const name of ["counting.ts", "counting-program.ts"]) {
    cpSync(join(here, name), join(folder, name));
  }
});
afterAll(() => broker.stop());

let delivered = 0;

it.each([
  ["Bun", "bun", ["run"]],
  ["Deno", "deno", ["run", "--allow-all", "--node-modules-dir=manual", "--no-lock"]],
] as const)("counts each record once on %s, killed in the middle", async (_, name, flags) => {
  const topic = `numbers-${name}`;
  await broker.createTopic(topic, 3);
  const where: Where = { command: bin(name), flags, folder };
  const args = [join(folder, `${name}.db`), broker.brokers, name, topic, String(keys.length)];
  let child = new Child(args, where);
  const part = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => from + index + 1).flatMap((n) =>
      keys.map((key) => ({ topic, key, value: JSON.stringify({ n }) })),
    );
  const seen = async (): Promise<number> =>
    (await child.report()).counts.reduce((sum, count) => sum + count.seen, 0);
  await write(broker.brokers, part(0, each / 2));
  while ((await seen()) === 0) await setTimeout(10);
  await child.kill();
  child = new Child(args, where);
  await write(broker.brokers, part(each / 2, each));
  while ((await seen()) < each * keys.length) await setTimeout(10);
  const { counts } = await child.report();
  expect(counts).toEqual(keys.map(() => ({ last: each, seen: each, early: 0, again: 0 })));
  expect(await child.end()).toBe(0);
  delivered += each * keys.length;
  const ids = new Set<string | undefined>();
  await read(broker.brokers, outTopic, ({ headers }) => {
    ids.add(headers.at(-1)?.[1]);
    return ids.size >= delivered;
  });
  expect(ids.size).toBe(delivered);
});
