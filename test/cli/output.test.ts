import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { wantsColours } from "../../src/cli/output/colours.ts";
import { counterSource, total } from "./counter.ts";
import { folderOf, type Program, startProgram } from "./program.ts";

const args = ["dev", "counter.mts", "--port", "0", "--memory"];
const folder = () => folderOf({ "counter.mts": counterSource() });
const paint = "\u001b[";

/** Everything that was printed, one object a line. */
function eventsOf(program: Program): Record<string, unknown>[] {
  const lines = program.output.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("what statefun dev prints", () => {
  it("names the functions, their types, their state, the egresses and where state is", async () => {
    const program = startProgram(folder(), args);
    await program.says(/Ctrl-C/);
    expect(program.output).toMatch(/^statefun \d+\.\d+\.\d+ {2}http:\/\/127\.0\.0\.1:\d+\n/);
    expect(program.output).toMatch(
      /functions +demo\/counter +takes demo\/Add; keeps total \(int\)\n/,
    );
    expect(program.output).toMatch(/egresses +demo\/totals +kept for reading\n/);
    expect(program.output).toMatch(/state +in memory: lost when this process ends\n/);
    expect(program.errors).toBe("");
  });

  it("gives commands that work as they are", async () => {
    // Both are on every machine that somebody would type them on.
    if (spawnSync("curl", ["--version"]).error !== undefined) return;
    const program = startProgram(folder(), args);
    await program.says(/Ctrl-C/);
    const commands = program.output.match(/^ {4}curl .*$/gm) ?? [];
    expect(commands).toHaveLength(3);
    expect(commands[0]).toContain(`-d '{"name":"zoe","by":1}'`);
    const run = (command = "") =>
      execFileSync("sh", ["-c", `${command} --silent --show-error`], { encoding: "utf8" });
    expect(JSON.parse(run(commands[0]))).toMatchObject({ duplicate: false });
    await program.says(/egress +demo\/totals <- demo\/counter\/zoe: total 1\n/);
    expect(JSON.parse(run(commands[1]))).toMatchObject({ state: { total: { value: 1 } } });
    expect(JSON.parse(run(commands[2]))).toMatchObject({ records: [{ value: "total 1" }] });
  });

  it("is plain in a pipe, and coloured where somebody wants colours", async () => {
    const plain = startProgram(folder(), args);
    await plain.says(/Ctrl-C/);
    expect(plain.output).not.toContain(paint);
    const forced = startProgram(folder(), args, { FORCE_COLOR: "1" });
    await forced.says(/Ctrl-C/);
    expect(forced.output).toContain(paint);
  });

  it("has colours on a terminal alone, unless the environment says otherwise", () => {
    expect(wantsColours(true, {})).toBe(true);
    expect(wantsColours(false, {})).toBe(false);
    expect(wantsColours(true, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColours(true, { NO_COLOR: "" })).toBe(true);
    expect(wantsColours(true, { TERM: "dumb" })).toBe(false);
    expect(wantsColours(false, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
    expect(wantsColours(true, { FORCE_COLOR: "0" })).toBe(false);
  });

  it("tells of a handler that fails where it failed, and of the dead letter in the end", async () => {
    const source = `
      import { NonRetryableError, StatefulFunctions, string } from "statefun";
      export const functions = new StatefulFunctions();
      functions.bind("demo/fails", { accepts: string }, () => { throw new NonRetryableError("never"); });`;
    const program = startProgram(folderOf({ "a.mts": source }), ["dev", "a.mts", ...args.slice(2)]);
    const headers = { "content-type": "text/plain" };
    const url = `${await program.url()}/functions/demo/fails/zoe`;
    await fetch(url, { method: "POST", headers, body: "hello" });
    await program.says(/error +demo\/fails\/zoe.*: never \(a\.mts:4:\d+\)\n/);
    await program.says(/dead letter +\d+ of demo\/fails\/zoe: .*never\n/);
  });

  it("counts what is too much to show", async () => {
    const program = startProgram(folder(), args);
    const url = await program.url();
    await Promise.all(Array.from({ length: 100 }, () => total(url, 0).catch(() => 0)));
    await program.says(/and \d+ more/);
    expect(program.output.match(/^egress /gm)?.length).toBeLessThan(90);
  });
});

describe("statefun dev --json", () => {
  it("prints an object a line, and nothing else on standard output", async () => {
    const text = `${counterSource()}\nconsole.log("hello from the entry");`;
    const program = startProgram(folderOf({ "counter.mts": text }), [...args, "--json"]);
    const url = await program.url();
    expect(await total(url, 2)).toBe(2);
    await program.says(/"record"/);
    program.kill("SIGTERM");
    expect(await program.ended).toBe(0);
    const [listening, ...others] = eventsOf(program);
    const functions = [
      {
        typename: "demo/counter",
        accepts: ["demo/Add"],
        states: [{ name: "total", type: "io.statefun.types/int" }],
      },
    ];
    expect(listening).toMatchObject({
      event: "listening",
      url,
      port: Number(new URL(url).port),
      functions,
      egresses: [{ typename: "demo/totals", isKept: true }],
      store: "memory",
    });
    expect(others).toEqual([
      { event: "record", egress: "demo/totals", from: "demo/counter/zoe", value: "total 2" },
      { event: "stopped" },
    ]);
    expect(program.errors).toBe("hello from the entry\n");
  });

  it("says an error there and on standard error", async () => {
    const program = startProgram(folderOf({ "a.mts": "throw new Error('boom')" }), [
      ...["dev", "a.mts", "--memory", "--port", "0", "--json"],
    ]);
    expect(await program.ended).toBe(1);
    expect(eventsOf(program)).toEqual([{ event: "error", message: "a.mts:1:7: Error: boom" }]);
    expect(program.errors).toBe("statefun: a.mts:1:7: Error: boom\n");
  });
});
