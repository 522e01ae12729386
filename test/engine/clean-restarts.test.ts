import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { int, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countingStore } from "./support/counting-store.ts";

const count = 2_000;

/** Counts what it handles, and the order in which it came. */
function counters() {
  const functions = new StatefulFunctions();
  const orders = new Map<string, number[]>();
  const counter = functions.bind(
    "test/counter",
    { accepts: int, replies: int, state: { total: int } },
    (context, value) => {
      if (value < 0) return context.reply(context.state.total ?? 0);
      context.state.total = (context.state.total ?? 0) + 1;
      orders.set(context.self.id, [...(orders.get(context.self.id) ?? []), value]);
    },
  );
  return { functions, counter, orders };
}

describe.each(["memory", "file"])("a backlog that a clean end leaves in a store in %s", (kind) => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "statefun-clean-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each([
    { instances: 1, what: "one instance" },
    { instances: 20, what: "20 instances" },
    { instances: count, what: "as many instances" },
  ])("of $what is handled in batches, in order, once", async ({ instances }) => {
    const file = join(directory, `${instances}.db`);
    const store = countingStore(kind === "file" ? sqliteStore(file) : memoryStore());
    const options = { store: store.store, http: { authenticate: "none" } } as const;
    const { functions, counter, orders } = counters();
    const idOf = (index: number) => `${index % instances}`;
    const senders = new StatefulFunctions();
    const sender = senders.bind("test/sender", { accepts: int }, (context, size) => {
      for (let index = 0; index < size; index++) context.send(counter.at(idOf(index)), index);
    });

    // Nobody is there to handle them.
    const first = await createRuntime({ ...options, modules: [senders], onError: () => {} });
    await first.send(sender.at("1"), count);
    await first.idle();
    await first.close();

    store.commits = 0;
    const second = await createRuntime({ ...options, modules: [functions] });
    await second.idle();
    expect(store.commits).toBeLessThan(count / 20);
    for (let instance = 0; instance < instances; instance++) {
      const sent = Array.from({ length: count }, (_, index) => index);
      const expected = sent.filter((index) => idOf(index) === `${instance}`);
      expect(orders.get(`${instance}`)).toEqual(expected);
    }
    expect(await second.call(counter.at("0"), -1)).toBe(count / instances);
    await second.close();
  });
});
