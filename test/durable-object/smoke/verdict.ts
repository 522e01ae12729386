import { setTimeout as wait } from "node:timers/promises";
import type { Address } from "statefun";
import { createClient } from "statefun/client";
import { expect } from "vitest";
import { commandsType, instance, type SmokeModel } from "../../remote/support/smoke.ts";
import type { Load } from "./driver.ts";

export interface Instance {
  readonly state: Readonly<Record<string, { readonly value: unknown }>>;
  readonly mailboxLength: number;
  readonly timers: readonly unknown[];
}

export async function read<T>(url: string): Promise<T> {
  const response = await fetch(url);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as T;
}

const instanceOf = (url: string, { typename, id }: Address): Promise<Instance> =>
  read(`${url}/admin/instances/${typename}/${id}`);

/** All values of a kept egress. */
export async function keptOf(url: string, egress: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let after = "0"; ; ) {
    const page = await read<{ records: { value: unknown }[]; next: string }>(
      `${url}/egresses/${egress}?limit=1000&after=${after}`,
    );
    if (page.records.length === 0) return values;
    values.push(...page.records.map(({ value }) => value));
    after = page.next;
  }
}

/** All dead letters, by what was in them. */
export async function deadOf(url: string): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let after = "0"; ; ) {
    const page = await read<{ deadLetters: { message: { value: unknown } }[]; next: string }>(
      `${url}/admin/dead-letters?limit=1000&after=${after}`,
    );
    if (page.deadLetters.length === 0) return values;
    values.push(...page.deadLetters.map(({ message }) => message.value));
    after = page.next;
  }
}

const sorted = (values: readonly unknown[]) => values.map(Number).toSorted((a, b) => a - b);
const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The counts of all instances, and whether anything waits there. */
async function counts(url: string, model: SmokeModel) {
  const instances = await Promise.all(model.expected.map((_, id) => instanceOf(url, instance(id))));
  return {
    counts: instances.map(({ state }) => Number(state["count"]?.value ?? 0)),
    waiting: instances.reduce((sum, one) => sum + one.mailboxLength + one.timers.length, 0),
  };
}

/** Waits until everything that was sent has had its effect, and finds it had no more than that. */
export async function expectExactlyOnce(
  url: string,
  model: SmokeModel,
  load: Load,
  longestMs: number,
): Promise<void> {
  const end = Date.now() + longestMs;
  for (;;) {
    const found = await counts(url, model);
    for (const [id, count] of found.counts.entries()) {
      const expected = model.expected[id] ?? 0;
      expect(count, `instance ${id} counted too much`).toBeLessThanOrEqual(expected);
    }
    const labels = (await keptOf(url, "smoke/labels")).length;
    const dead = (await deadOf(url)).length;
    const isDone =
      found.waiting === 0 &&
      found.counts.every((count, id) => count === model.expected[id]) &&
      labels >= model.labels.length &&
      dead >= load.doomed;
    if (isDone || Date.now() > end) break;
    await wait(300);
  }
  // Whatever is still on its way would be too much.
  await wait(1_000);
  expect((await counts(url, model)).counts).toEqual(model.expected);
  expect(sorted(await keptOf(url, "smoke/labels"))).toEqual(numbersTo(model.labels.length));
  expect(sorted(await deadOf(url))).toEqual(numbersTo(load.doomed));
  for (const to of load.sinks) await expectOrder(url, to, load, end);
  await expectVerified(url, model);
}

async function expectOrder(url: string, to: Address, load: Load, end: number): Promise<void> {
  const expected = Object.fromEntries(load.numbered.get(to.id) ?? []);
  for (;;) {
    const { state } = await instanceOf(url, to);
    const received = Object(state["received"]?.value) as Record<string, number>;
    const sum = (book: Record<string, number>) => Object.values(book).reduce((a, b) => a + b, 0);
    if (sum(received) < sum(expected) && Date.now() < end) {
      await wait(200);
      continue;
    }
    expect(received, `received by ${to.id}`).toEqual(expected);
    expect(state["violations"]?.value ?? 0, `order at ${to.id}`).toBe(0);
    return;
  }
}

/** As the protocol ends: each function says itself what it has counted. */
async function expectVerified(url: string, model: SmokeModel): Promise<void> {
  const client = createClient({ url });
  for (const [id, expected] of model.expected.entries()) {
    await client.send(instance(id), commandsType.of([{ kind: "verify", expected }]));
  }
  await expect
    .poll(async () => (await keptOf(url, "smoke/results")).length, { timeout: 30_000 })
    .toBe(model.expected.length);
  const said = await keptOf(url, "smoke/results");
  expect(said.filter((one) => Object(one).expected !== Object(one).actual)).toEqual([]);
  expect(new Set(said.map((one) => Object(one).id)).size).toBe(model.expected.length);
}
