import type { DurableObjectStorage } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";
import type { Figures } from "./figures.ts";
import { startWorkerd, type Workerd } from "./workerd.ts";

let workerd: Workerd;
let figures: Figures;

beforeAll(async () => {
  workerd = await startWorkerd();
  figures = (await workerd.ask("figures", "figures")).result as Figures;
  const lines = Object.entries(figures.written).map(([what, { rows, alarms, statements }]) =>
    [rows, alarms, statements, what].join("\t"),
  );
  console.log(["rows\talarms\tstatements", ...lines].join("\n"), figures.bytes);
});

afterAll(() => workerd.end());

/** What one window has written that is billed: rows, and the alarm as one. */
const most: readonly (readonly [what: string, rows: number])[] = [
  ["opening an unused object", 0],
  ["the first window of a new object", 3],
  ["the first message over a link, counted", 3],
  ["a message over a link, counted", 3],
  ["a hundred messages over a link in one window", 3],
  ["a message over a link, passed on over another", 5],
  ["its acknowledgement", 2],
  ["a message that is stored before it runs", 2],
  ["its end", 3],
  ["a timer", 3],
  ["a timer that fires and counts", 3],
  ["a timer with a token", 3],
  ["its cancellation", 3],
  ["a record for an egress", 2],
  ["its delivery", 2],
  ["a send with a key", 2],
  ["a call with a key", 3],
  ["a dead letter", 2],
];

describe("an object with a compact store writes for", () => {
  it.for(most)("%s at most %i rows", ([what, rows]) => {
    const { rows: written = Number.NaN, alarms = Number.NaN } = figures.written[what] ?? {};
    expect(written + alarms).toBeLessThanOrEqual(rows);
  });

  it("everything that is measured", () => {
    expect(Object.keys(figures.written)).toEqual(most.map(([what]) => what));
  });
});

it("an object that keeps a state and a link takes less than 16 kB, the alarm of others included", () => {
  const { bytes } = figures;
  expect(bytes["opened and read"]).toBe(bytes["never used"]);
  expect(bytes["one state, one link"]).toBeLessThanOrEqual(8_192);
  expect(bytes["with all of these"]).toBeLessThanOrEqual(12_288);
});

it("the driver takes the storage that the platform's own types describe", () => {
  const accepted = (storage: DurableObjectStorage): DurableObjectStorageLike => storage;
  expect(accepted).toBeTypeOf("function");
});
