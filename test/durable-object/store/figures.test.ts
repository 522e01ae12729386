import type { DurableObjectStorage } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";
import type { Figures, figuresOfMany } from "./figures.ts";
import { startWorkerd, type Workerd } from "./workerd.ts";

let workerd: Workerd;
let figures: Figures;

beforeAll(async () => {
  workerd = await startWorkerd();
  figures = (await workerd.ask("figures", "figures")).result as Figures;
  const lines = Object.entries(figures.written).map(([what, { rows, read, alarms, statements }]) =>
    [rows, alarms, read, statements, what].join("\t"),
  );
  console.log(["rows\talarms\tread\tstatements", ...lines].join("\n"), figures.bytes);
});

afterAll(() => workerd.end());

/** What one window has written that is billed: rows, and the alarm as one. Small rows stand in the head, which is one. */
const most: readonly (readonly [what: string, rows: number])[] = [
  ["opening an unused object", 0],
  ["the first window of a new object", 3],
  ["the first message over a link, counted", 1],
  ["a message over a link, counted", 1],
  ["a hundred messages over a link in one window", 1],
  ["a message over a link, passed on over another", 2],
  ["a message over a link, counted and passed on", 1],
  ["its acknowledgement", 1],
  ["a message that is stored before it runs", 1],
  ["its end", 1],
  ["a timer", 2],
  ["a timer that fires and counts", 1],
  ["a timer with a token", 1],
  ["its cancellation", 1],
  ["a record for an egress", 1],
  ["its delivery", 1],
  ["a send with a key", 1],
  ["a call with a key", 1],
  ["a dead letter", 1],
];

describe("an object writes for", () => {
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

it.each([1, 100, 1_000, 2_000])(
  "an object with a state of %i bytes and a link takes 12 kB at most",
  async (stateBytes) => {
    const { result } = await workerd.ask(`idle ${stateBytes}`, "idle bytes", String(stateBytes));
    expect(result).toBeLessThanOrEqual(12_288);
  },
);

it("an object with 20,000 states writes and reads fewer rows a window than without a head", async () => {
  const { result } = await workerd.ask("many", "figures of many", "20000");
  console.log(result);
  const { mean, most } = result as Awaited<ReturnType<typeof figuresOfMany>>;
  // Without a head two states, a link and the progress are four rows in each window, and nine are read by ten statements.
  expect(mean.rows).toBeLessThanOrEqual(3);
  expect(most).toBeLessThanOrEqual(5);
  expect(mean.read).toBeLessThanOrEqual(7);
  expect(mean.statements).toBeLessThanOrEqual(5);
});

it("the driver takes the storage that the platform's own types describe", () => {
  const accepted = (storage: DurableObjectStorage): DurableObjectStorageLike => storage;
  expect(accepted).toBeTypeOf("function");
});
