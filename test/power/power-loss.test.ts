import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRuntime } from "../../src/runtime.ts";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { addressOf, counter, functions, ids, inFlight } from "./counting.ts";
import { Disk } from "./disk.ts";

const program = join(import.meta.dirname, "programs/power-process.ts");
const noCompiler = "there is no C compiler for test/power/disk.c, or this is no Linux";

let disk: Disk;
beforeEach(() => {
  disk = new Disk();
});
afterEach(() => disk.remove());

/** The same ones in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/** What was acknowledged until the process was killed, by the numbers of the sends. */
async function acknowledged(first: number, how: string, ms: number): Promise<number[]> {
  // A slow disk, where nobody waits for it, so that there is something to lose.
  const slow = how === "hasty" ? { DISK_SLOW_US: "5000" } : {};
  const { child, sends, errors } = await run(first, how, slow, (started) => {
    setTimeout(() => started.kill("SIGKILL"), ms);
  });
  expect(child.signalCode, errors).toBe("SIGKILL");
  return sends;
}

/** `begun` is called at the first send that was acknowledged. */
async function run(
  first: number,
  how: string,
  environment: Record<string, string>,
  begun: (child: ChildProcess) => void = () => {},
) {
  const output = join(disk.root, "acknowledged");
  const file = openSync(output, "w");
  const args = [program, join(disk.files, "app.db"), String(first), how];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    stdio: ["ignore", file, "pipe"],
    env: { ...process.env, ...disk.environment, DISK_SLOW_US: "1000", ...environment },
  });
  closeSync(file);
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const closed = once(child, "close");
  const looking = setInterval(() => {
    if (statSync(output).size === 0) return;
    clearInterval(looking);
    begun(child);
  }, 5);
  await closed;
  clearInterval(looking);
  // The last line may be cut.
  const sends = readFileSync(output, "utf8").split("\n").slice(0, -1).map(Number);
  return { child, sends, errors };
}

/** How often each id was counted, after all that waited has run. */
async function counted(): Promise<number[]> {
  const runtime = await createRuntime({
    modules: [functions],
    store: sqliteStore(join(disk.files, "app.db")),
  });
  await runtime.idle();
  const counts: number[] = [];
  for (let id = 0; id < ids; id += 1) {
    const { state } = await runtime.instance(counter.at(String(id)));
    counts.push(Number(state["count"] ?? 0));
  }
  await runtime.close();
  disk.settle();
  return counts;
}

interface Found {
  /** Sends that were acknowledged and are not there. */
  lost: number;
  acknowledged: number;
  /** Rounds in which the log was copied into the database. */
  copies: number;
  /** How many more are there than were acknowledged. */
  unacknowledged: number;
}

async function powerFails(
  rounds: number,
  how: string,
  isEnough: (found: Found) => boolean = () => false,
): Promise<Found> {
  const random = randomFrom(rounds);
  const expected = Array.from({ length: ids }, () => 0);
  const found: Found = { lost: 0, acknowledged: 0, copies: 0, unacknowledged: 0 };
  let first = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const before = disk.kept("app.db");
    const sends = await acknowledged(first, how, 30 + 270 * random());
    if (before !== undefined && disk.kept("app.db")?.equals(before) === false) found.copies += 1;
    disk.fail(random);
    for (const send of sends) expected[send % ids] = (expected[send % ids] ?? 0) + 1;
    found.acknowledged += sends.length;
    first = Math.max(first, ...sends) + inFlight + 1;
    // Every other time the next process finds the log as the failure left it.
    if (round % 2 === 1) continue;
    for (const [id, count] of (await counted()).entries()) {
      found.lost += Math.max(0, (expected[id] ?? 0) - count);
      found.unacknowledged += Math.max(0, count - (expected[id] ?? 0));
      expected[id] = count;
    }
    if (isEnough(found)) break;
  }
  return found;
}

it("keeps all that was acknowledged when the power fails, with copies of the log in between", {
  timeout: 300_000,
}, async ({ skip }) => {
  if (disk.library === undefined) skip(noCompiler);
  expect(addressOf(0).typename).toBe("test/counter");
  const rounds = 50;
  const { lost, acknowledged, copies, unacknowledged } = await powerFails(rounds, "full");
  expect(lost).toBe(0);
  expect(acknowledged).toBeGreaterThan(rounds * 100);
  expect(copies).toBeGreaterThan(rounds / 5);
  // Nothing ran twice: what was not acknowledged is what was in flight.
  expect(unacknowledged).toBeLessThanOrEqual(rounds * inFlight);
});

it("would lose some if it did not wait for the disk", async ({ skip }) => {
  if (disk.library === undefined) skip(noCompiler);
  // On a busy machine a process may have little on its way when the power fails.
  const { lost } = await powerFails(60, "hasty", (found) => found.lost > 0);
  expect(lost).toBeGreaterThan(0);
});

it("stops at once when a flush fails, whoever has asked for it, and has acknowledged nothing that is lost", {
  timeout: 120_000,
}, async ({ skip }) => {
  if (disk.library === undefined) skip(noCompiler);
  const random = randomFrom(1);
  for (const at of [14, 15, 16, 31, 60]) {
    const { child, sends, errors } = await run(0, "full", { DISK_FAIL_AT: String(at) });
    expect(child.exitCode).toBe(1);
    expect(errors).toContain("the engine has stopped: the store");
    expect(errors, `flush ${at}`).toMatch(
      /failed: (?:EIO|the disk could not be flushed \(.*\): the last changes may be lost)/,
    );
    disk.fail(random);
    const counts = await counted();
    for (const [id, count] of counts.entries()) {
      expect(count).toBeGreaterThanOrEqual(sends.filter((send) => send % ids === id).length);
    }
    disk.remove();
    disk = new Disk();
  }
});
