import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
import { aim, digits, heading, table } from "../report.ts";
import { monthlyBill, type Usage } from "./bill.ts";
import { type Objects, type PairFigures, startObjects } from "./objects.ts";
import { grouped, type Handler, handlers, type Keeps, keeps, nameOf } from "./worker-names.ts";

/** Longer than an object stays in memory, and than any alarm waits that may be needed for a message. */
const rareMs = 45_000;
const rareRounds = 2;
/** Assumed for each time that an object is woken, in seconds: more than its messages take. */
const wakeSeconds = 0.1;
/** Messages of the month in the README's table. */
const millions = 30;

interface Load {
  readonly name: string;
  /** Sent at once, each time. */
  readonly messages: number;
  readonly times: number;
  readonly pauseMs: number;
}

const loads: readonly Load[] = [
  { name: "rare", messages: 1, times: rareRounds, pauseMs: rareMs },
  { name: "one after another", messages: 1, times: 50, pauseMs: 0 },
  { name: "50 at once", messages: 50, times: 1, pauseMs: 0 },
];

/** An id and functions of its own. */
interface Case {
  readonly load: Load;
  readonly isGrouped: boolean;
  readonly handler: Handler;
  readonly keep: Keeps;
}

const aims = {
  rare: { apart: 3.2, grouped: 1.2 },
  "one after another": { apart: 2.2, grouped: 1.2 },
} as Readonly<Record<string, { readonly apart: number; readonly grouped: number } | undefined>>;

/** What a hop costs: rows and alarms are counted where the engine asks the platform for them. */
export async function reportHops(script: string): Promise<void> {
  const objects = await startObjects(script, tmpdir(), { COUNTED: "1" });
  const rows: string[][] = [];
  try {
    // Those that wait long wait together.
    const [rare = loads[0] as Load, ...others] = loads;
    const all = await Promise.all(casesOf(rare).map((one) => measure(objects, one)));
    rows.push(...all.flat());
    for (const load of others) {
      for (const one of casesOf(load)) rows.push(...(await measure(objects, one)));
    }
  } finally {
    await objects.close();
  }
  heading(
    "Durable Objects: what a hop costs",
    "A message from outside to one function, which sends one on to another, in another object or in the same one. An alarm that is set is billed as a row, and is among those " +
      `of the sender. Rare: ${rareMs / 1_000} s apart, when every object has been evicted. An asynchronous handler waits for 5 ms. A month is ${millions} million of these messages ` +
      `by the table of docs/durable-objects.md, at ${wakeSeconds} s for each time that an object is woken.`,
  );
  const head = ["objects", "handlers", "with", "requests", "of these alarms"];
  const written = ["rows written", "by the sender", "by the receiver", "aim", "rows read"];
  table(["messages", ...head, ...written, "a million, in a month", "storage"], rows);
}

function casesOf(load: Load): Case[] {
  return [false, true].flatMap((isGrouped) =>
    handlers.flatMap((handler) => keeps.map((keep) => ({ load, isGrouped, handler, keep }))),
  );
}

async function measure(objects: Objects, one: Case): Promise<string[][]> {
  const { load, isGrouped, handler, keep } = one;
  const name = nameOf(handler, keep);
  const id = `${isGrouped ? grouped : ""}${load.name} ${name}`;
  const [from, to] = isGrouped ? [id, id] : [`hop-${name}/first/${id}`, `hop-${name}/second/${id}`];
  const sendAll = async () => {
    await objects.send({ way: "hop", name, id, messages: load.messages });
    await setTimeout(load.pauseMs);
  };
  // The first one makes the tables.
  await sendAll();
  await objects.figures(from, to);
  for (let time = 0; time < load.times; time += 1) await sendAll();
  // What is left of the last one.
  if (load.pauseMs === 0) await setTimeout(500);
  const figures = await objects.figures(from, to);
  return [rowOf(one, figures)];
}

function rowOf({ load, isGrouped, handler, keep }: Case, figures: PairFigures): string[] {
  const { from, to, bytes } = figures;
  const count = load.messages * load.times;
  const each = (total: number) => total / count;
  const alarms = each(from.alarms + to.alarms);
  const usage: Usage = {
    requests: 1 + each(from.rpcs + to.rpcs) + alarms,
    rowsWritten: each(from.rows.written + to.rows.written),
    rowsRead: each(from.rows.read + to.rows.read),
    seconds: load.pauseMs > 0 ? wakeSeconds * (1 + each(from.rpcs + to.rpcs) + alarms) : 0,
  };
  const limit = aims[load.name]?.[isGrouped ? "grouped" : "apart"];
  const all = from.rows.written + to.rows.written;
  const isMet = limit === undefined ? all <= 5 : usage.rowsWritten <= limit;
  const aimText = aim(limit === undefined ? "at most 5 in all" : `at most ${limit}`, isMet);
  return [
    load.name,
    isGrouped ? "one" : "two",
    handler,
    keep,
    digits(usage.requests),
    digits(alarms),
    limit === undefined
      ? `${digits(usage.rowsWritten)} (${all} in all)`
      : digits(usage.rowsWritten),
    digits(each(from.rows.written)),
    digits(each(to.rows.written)),
    keep === "states" ? aimText : "",
    digits(usage.rowsRead),
    `$${digits(monthlyBill(usage, millions) / millions)}`,
    `${digits(bytes / 1_024)} kB`,
  ];
}
