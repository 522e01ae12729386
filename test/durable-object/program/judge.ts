import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { type Book, interpreter, labels, marks, verifications } from "../../simulation/commands.ts";
import type { Program } from "../../simulation/program.ts";
import { type Instance, keptOf, read } from "../smoke/verdict.ts";
import type { Outside } from "./outside.ts";

/** Waits until nothing is left to do, and compares what became of a program with what had to become of it. */
export async function expectDone(
  url: string,
  program: Program,
  outside: Outside,
  longestMs: number,
): Promise<void> {
  const end = Date.now() + longestMs;
  while (Date.now() < end) {
    if ((await isAtRest(url, program)) && (await labelsOf(url)).length >= program.emitted.size)
      break;
    await wait(500);
  }
  // Whatever is still on its way would be too much.
  await wait(1_000);
  expect(outside.wrong).toEqual([]);
  const dead = await read<{ deadLetters: unknown[] }>(`${url}/admin/dead-letters?limit=10`);
  expect(dead.deadLetters, "dead letters").toEqual([]);
  const counts = await Promise.all(program.ids.map(async (id) => [id, await countOf(url, id)]));
  const expected = program.ids.map((id) => [id, program.counts.get(id) ?? 0]);
  expect(counts).toEqual(expected);
  expect((await labelsOf(url)).toSorted()).toEqual([...program.emitted].toSorted());
  await expectMarks(url, program);
  await expectVerified(url, program, outside);
}

const instanceOf = (url: string, id: string): Promise<Instance> =>
  read(`${url}/admin/instances/${interpreter}/${id}`);

const labelsOf = async (url: string) => (await keptOf(url, labels)).map(String);

async function countOf(url: string, id: string): Promise<number> {
  return Number((await instanceOf(url, id)).state["count"]?.value ?? 0);
}

async function isAtRest(url: string, program: Program): Promise<boolean> {
  for (const id of program.ids) {
    const { mailboxLength, timers, state } = await instanceOf(url, id);
    if (mailboxLength + timers.length > 0) return false;
    if (Number(state["count"]?.value ?? 0) < (program.counts.get(id) ?? 0)) return false;
  }
  return true;
}

/** Messages of each sender came in order, and what was cancelled in time came to nobody. */
async function expectMarks(url: string, program: Program): Promise<void> {
  const left: string[] = [];
  for (const id of program.ids) {
    const book = (await instanceOf(url, id)).state["book"]?.value as Book | undefined;
    expect(book?.violations ?? [], `order at ${id}`).toEqual([]);
    left.push(...(book?.marks ?? []));
  }
  expect((await keptOf(url, marks)).map(String).toSorted()).toEqual(left.toSorted());
  expect(new Set(left).size, "marks that were left twice").toBe(left.length);
  for (const mark of left) {
    expect(program.forbidden.has(mark), `cancelled message ${mark}`).toBe(false);
    expect(program.optional.has(mark), `mark ${mark}`).toBe(true);
  }
}

/** Each function says itself what it has counted. */
async function expectVerified(url: string, program: Program, outside: Outside): Promise<void> {
  const lines = program.ids.map((id) => {
    const expected = program.counts.get(id) ?? 0;
    return { id, expected, line: `${id}: ${expected} of ${expected}` };
  });
  for (const { id, expected } of lines) await outside.ask(id, [{ kind: "verify", expected }]);
  const said = async () => (await keptOf(url, verifications)).map(String).toSorted();
  const all = lines.map(({ line }) => line).toSorted();
  await expect.poll(said, { timeout: 30_000, interval: 500 }).toEqual(all);
}
