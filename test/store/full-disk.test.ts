import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { bytes, egress, int, StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";

const out = egress("test/out", int);

/** A file system of two megabytes of its own: mounting one is root's. */
function mounted(directory: string): boolean {
  try {
    const options = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", directory];
    execFileSync("mount", options, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let directory: string;
let isMounted: boolean;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "statefun-full-"));
  isMounted = mounted(directory);
});
afterEach(() => {
  if (isMounted) execFileSync("umount", [directory]);
  rmSync(directory, { recursive: true });
});

const blob = bytes("test/blob");

function program() {
  const functions = new StatefulFunctions();
  const state = { held: blob, count: { type: int, initial: 0 } };
  const holder = functions.bind("test/holder", { accepts: blob, state }, (context, value) => {
    context.state.held = value;
    context.state.count++;
    context.emit(out, context.state.count);
  });
  return { functions, one: holder.at("1") };
}

it("survives a file system that is full for ten seconds, refuses meanwhile, and says so once", {
  timeout: 60_000,
}, async ({ skip }) => {
  if (!isMounted) skip("no file system can be mounted here");
  const { functions, one } = program();
  const errors: unknown[] = [];
  const taken: number[] = [];
  const path = join(directory, "app.db");
  const start = () =>
    createRuntime({
      modules: [functions],
      store: sqliteStore(path),
      egresses: [out.to((records) => void taken.push(...records.map(({ value }) => value)))],
      onError: (error) => void errors.push(error),
    });
  let runtime = await start();
  await runtime.send(one, new Uint8Array(1_000));
  const filler = join(directory, "filler");
  const { bavail, bsize } = statfsSync(directory);
  writeFileSync(filler, new Uint8Array(Number(bavail) * Number(bsize)));
  const sending = runtime.send(one, new Uint8Array(100_000));
  await expect.poll(() => errors).toHaveLength(1);
  expect(errors).toMatchObject([{ code: "unavailable" }]);
  await passed(10_000);
  const health = await runtime.fetch(new Request("http://test/health"));
  expect([health.status, await health.json()]).toMatchObject([503, { status: "unavailable" }]);
  const refused = runtime.send(one, new Uint8Array(1));
  await expect(refused).rejects.toMatchObject({ code: "unavailable" });
  rmSync(filler);
  await sending;
  await runtime.idle();
  expect(errors).toHaveLength(1);
  await runtime.close();
  runtime = await start();
  expect((await runtime.instance(one)).state).toMatchObject({
    count: 2,
    held: new Uint8Array(100_000),
  });
  expect(taken).toEqual([1, 2]);
  await runtime.close();
});
