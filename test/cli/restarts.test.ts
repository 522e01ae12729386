import { renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { add, counterSource, total, totals } from "./counter.ts";
import { folderOf, type Program, startProgram, until } from "./program.ts";

const args = ["dev", "entry.mts", "--port", "0"];
const entry = 'export * from "./counter.mts";';

function start(files: Readonly<Record<string, string>> = {}) {
  const folder = folderOf({ "entry.mts": entry, "counter.mts": counterSource(), ...files });
  return { folder, program: startProgram(folder, args) };
}

/** How often it has said something. */
const count = ({ output, errors }: Program, pattern: RegExp): number =>
  `${output}\n${errors}`.match(new RegExp(pattern, "gm"))?.length ?? 0;

const restarted = (program: Program, times: number) =>
  until(() => count(program, /^restarted/) === times);

describe("a file that changes", () => {
  it("starts it again, at the same place, with state and records that go on", async () => {
    const { folder, program } = start();
    const url = await program.url();
    expect(await total(url, 1)).toBe(1);
    writeFileSync(join(folder, "counter.mts"), counterSource(10));
    await restarted(program, 1);
    await program.says(/restarting +counter\.mts has changed/);
    expect(await total(url, 1)).toBe(11);
    expect(await totals(url)).toEqual(["total 1", "total 11"]);
  });

  it("may be the entry, or one that an editor replaces by another", async () => {
    const { folder, program } = start();
    const url = await program.url();
    writeFileSync(join(folder, "entry.mts"), `${entry}\n// changed`);
    await restarted(program, 1);
    writeFileSync(join(folder, "new~"), counterSource(7));
    renameSync(join(folder, "new~"), join(folder, "counter.mts"));
    await restarted(program, 2);
    expect(await total(url, 1)).toBe(7);
  });

  it("is none that the entry does not import", async () => {
    const { folder, program } = start({ "other.mts": "" });
    const url = await program.url();
    writeFileSync(join(folder, "other.mts"), "export const a = 1;");
    writeFileSync(join(folder, "notes.txt"), "hello");
    expect(await total(url, 1)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(count(program, /^restarting/)).toBe(0);
  });

  it("is followed when it was changed while it was loaded", async () => {
    const slow = `${entry}\nconsole.log("loading");\nawait new Promise((resolve) => setTimeout(resolve, 1_000));`;
    const { folder, program } = start({ "entry.mts": slow });
    await program.says(/loading/);
    writeFileSync(join(folder, "counter.mts"), counterSource(5));
    await program.says(/restarting/);
    await program.says(/statefun [\d.]+ +http/);
    const url = await program.url();
    expect(await total(url, 1)).toBe(5);
  });

  it("and does not load is waited for: the next one goes on with the same state", async () => {
    const { folder, program } = start();
    const url = await program.url();
    expect(await total(url, 1)).toBe(1);
    writeFileSync(join(folder, "counter.mts"), "export const = 1;");
    await program.says(/statefun: counter\.mts:1: SyntaxError: /);
    await program.says(/waiting +for a change/);
    await expect(add(url, 1)).rejects.toThrow();
    writeFileSync(join(folder, "counter.mts"), "throw new Error('not yet');");
    await program.says(/statefun: counter\.mts:1:7: Error: not yet/);
    writeFileSync(join(folder, "counter.mts"), counterSource(2));
    await restarted(program, 1);
    expect(await total(url, 1)).toBe(3);
  });

  it("may be gone, and come back", async () => {
    const { folder, program } = start();
    const url = await program.url();
    expect(await total(url, 1)).toBe(1);
    rmSync(join(folder, "counter.mts"));
    await program.says(/Cannot find module 'counter\.mts'/);
    writeFileSync(join(folder, "counter.mts"), counterSource(3));
    await restarted(program, 1);
    expect(await total(url, 1)).toBe(4);
    rmSync(join(folder, "entry.mts"));
    await program.says(/^statefun: file entry\.mts does not exist any more$/m);
    writeFileSync(join(folder, "entry.mts"), entry);
    await restarted(program, 2);
  });

  it("is not one that was only looked at", async () => {
    const { folder, program } = start();
    const url = await program.url();
    const at = new Date();
    writeFileSync(join(folder, "counter.mts~"), "");
    rmSync(join(folder, "counter.mts~"));
    expect(await total(url, 1)).toBe(1);
    expect(count(program, /^restarting/)).toBe(0);
    utimesSync(join(folder, "counter.mts"), at, at);
    await restarted(program, 1);
  });
});

describe("an application that ends by itself", () => {
  const crashing = `
    import { egress, json, int, shape, StatefulFunctions, string } from "statefun";
    export const totals = egress("demo/totals", string);
    export const functions = new StatefulFunctions();
    const Add = json("demo/Add", shape<{ by: number }>());
    functions.bind("demo/counter", { accepts: Add, state: { total: { type: int, initial: 0 } } }, (context, { by }) => {
      if (by < 0) setTimeout(() => process.exit(9), 50);
      context.state.total += Math.max(by, 0);
      context.emit(totals, "total " + context.state.total);
    });`;

  it("is started again, later and later, and goes on where it was", async () => {
    const { program } = start({ "counter.mts": crashing });
    const url = await program.url();
    expect(await total(url, 5)).toBe(5);
    for (const times of [1, 2]) {
      await add(url, -1);
      await restarted(program, times);
      expect(await total(url, 1)).toBe(5 + times);
    }
    expect(program.errors).toContain("statefun: the application ended with exit code 9\n");
    expect(program.output).toMatch(/waiting +200 ms.*waiting +400 ms/s);
  });

  it("is started again at once when a file changes", async () => {
    const { folder, program } = start({ "counter.mts": crashing });
    const url = await program.url();
    let times = 0;
    for (const ms of [200, 400, 800, 1_600, 3_200, 6_400]) {
      await add(url, -1);
      await program.says(new RegExp(`${ms} ms before the next start`));
      writeFileSync(join(folder, "counter.mts"), `${crashing}\n// ${ms}`);
      await restarted(program, ++times);
    }
    await add(url, -1);
    await program.says(/10000 ms before the next start/);
    const before = Date.now();
    writeFileSync(join(folder, "counter.mts"), counterSource(1));
    await restarted(program, ++times);
    // It takes a start, and not the wait, which says how long it is.
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});
