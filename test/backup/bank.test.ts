import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { accounts, books, openBank } from "./bank.ts";

const kills = Number(process.env["STATEFUN_KILLS"] ?? 4);
const directory = mkdtempSync(join(tmpdir(), "statefun-bank-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Life {
  /** By the name of a backup: what was acknowledged before it began. */
  readonly begun: Map<string, readonly number[]>;
  readonly done: Set<string>;
}

/** A process that pays and makes backups, until it is killed at any moment, most often in the middle of a backup. */
async function life(store: string, folder: string): Promise<Life> {
  const program = [
    "--import",
    join(import.meta.dirname, "../docs/from-source.ts"),
    join(import.meta.dirname, "programs/bank-process.ts"),
  ];
  const child = spawn(process.execPath, [...program, store, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const [begun, done] = [new Map<string, readonly number[]>(), new Set<string>()];
  const isRunning = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line);
      if (said.begun !== undefined) begun.set(said.begun, said.acknowledged);
      if (said.done !== undefined) done.add(said.done);
      if (done.size >= 5) resolve();
    });
  });
  await Promise.race([isRunning, ended]);
  await setTimeout(Math.random() * 200);
  child.kill("SIGKILL");
  const [, signal] = await ended;
  expect(signal).toBe("SIGKILL");
  return { begun, done };
}

async function expectWhole(path: string, acknowledged: readonly number[]): Promise<void> {
  const bank = await openBank(path);
  try {
    const { last, wrong, missing } = await books(bank);
    expect({ wrong, missing }).toEqual({ wrong: 0, missing: 0 });
    for (const [account, n] of acknowledged.entries()) {
      expect(last[account]).toBeGreaterThanOrEqual(n);
    }
  } finally {
    await bank.runtime.close();
  }
}

it("has a whole bank in every backup under load, with all that was acknowledged before, over kills", {
  timeout: 60_000 + kills * 20_000,
}, async () => {
  const [store, folder] = [join(directory, "bank.db"), join(directory, "backups")];
  mkdirSync(folder);
  const none: readonly number[] = Array.from({ length: accounts }, () => 0);
  let [restored, cut] = [0, 0];
  for (let kill = 0; kill < kills; kill += 1) {
    const { begun, done } = await life(store, folder);
    const names = readdirSync(folder).filter((name) => !name.startsWith("."));
    cut += readdirSync(folder).length - names.length;
    for (const name of done) expect(existsSync(join(folder, name))).toBe(true);
    // One that has its name is whole, said or not.
    for (const name of names) {
      expect(name).toMatch(/^\d+-\d+\.db$/);
      await expectWhole(join(folder, name), begun.get(name) ?? none);
      restored += 1;
    }
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  }
  expect(restored).toBeGreaterThanOrEqual(kills * 5);
  console.info(`${restored} backups restored, ${cut} cut by a kill`);
  await expectWhole(store, none);
});
