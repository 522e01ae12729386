import { expect, it } from "vitest";
import {
  type DurableObjectStorageLike,
  durableObjectDriver,
} from "../../src/store/drivers/durable-object-driver.ts";

/** The alarm of an object whose clock is not the one that fires alarms: on the platform they are no machine's to set. */
async function alarmed(alarm: number | null = null) {
  const world = { now: 1_000_000, alarm, set: [] as number[] };
  const storage = {
    getAlarm: async () => world.alarm,
    setAlarm: async (time: number) => {
      world.alarm = time;
      world.set.push(time);
    },
  };
  // What the driver uses for alarms.
  const given = storage as unknown as DurableObjectStorageLike;
  const driver = await durableObjectDriver(given, () => world.now);
  return { world, driver };
}

const [minute, day] = [60_000, 86_400_000];

it("an alarm that goes off before its time is no longer the one that is set", async () => {
  const { world, driver } = await alarmed();
  const due = world.now + day;
  driver.wakeAt?.(world.now + minute);
  world.alarm = null;
  expect(await driver.rang()).toBe(true);
  driver.wakeAt?.(due);
  expect(world.alarm).toBe(due);
});

it("is not set again at its own time, which may be taken for the one that is done", async () => {
  const { world, driver } = await alarmed();
  const due = world.now + minute;
  driver.wakeAt?.(due);
  for (let rings = 0; rings < 3; rings++) {
    const gone = world.alarm;
    world.alarm = null;
    expect(await driver.rang()).toBe(true);
    driver.wakeAt?.(due);
    expect(world.alarm).not.toBe(gone);
    expect(Number(world.alarm) - due).toBeLessThanOrEqual(1);
  }
});

it("in time is not early, within the second that clocks may differ by", async () => {
  const { world, driver } = await alarmed();
  for (const after of [0, 999, -999]) {
    driver.wakeAt?.(world.now + minute);
    world.now += minute + after;
    world.alarm = null;
    expect(await driver.rang()).toBe(false);
  }
});

it("is set once for a time that every window of the second before asks for, and again if it is lost", async () => {
  const { world, driver } = await alarmed();
  const due = world.now + 1_000;
  for (let windows = 0; windows < 50; windows++) {
    driver.wakeAt?.(due);
    world.now += 19;
  }
  expect(world.set).toEqual([due]);
  // It may be late, but not for ever.
  world.now = due + 10_000;
  driver.wakeAt?.(due);
  expect(world.set).toEqual([due]);
  world.now = due + minute;
  driver.wakeAt?.(due);
  expect(world.set).toEqual([due, world.now + 1]);
});

it("one that is set while another goes off stays, though a later one is wanted", async () => {
  const { world, driver } = await alarmed();
  driver.wakeAt?.(world.now + day);
  world.alarm = null;
  const rang = driver.rang();
  const soon = world.now + minute;
  driver.wakeAt?.(soon);
  await rang;
  driver.wakeAt?.(world.now + day);
  expect(world.alarm).toBe(soon);
});

it("one that was set before the handler began is known, as is one of an earlier life", async () => {
  const { world, driver } = await alarmed(1_000_000 + minute);
  // The handler is told late: its alarm is another one by now.
  world.alarm = world.now + 2 * minute;
  await driver.rang();
  driver.wakeAt?.(world.now + day);
  expect(world.set).toEqual([]);
});

it("by a clock that is set later, the time is that of the later clock", async () => {
  const { now } = Date;
  const storage = {
    getAlarm: async () => null,
    setAlarm: async (time: number) => void set.push(time),
  };
  const set: number[] = [];
  const driver = await durableObjectDriver(storage as unknown as DurableObjectStorageLike);
  const later = now() + 30 * day;
  try {
    Date.now = () => later;
    driver.wakeAt?.(later - day);
  } finally {
    Date.now = now;
  }
  expect(set).toEqual([later + 1]);
});
