import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { answerOf, askedToEnd } from "./child-answers.ts";

const folder = mkdtempSync(join(tmpdir(), "statefun-child-"));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): ChildProcess {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return fork(file, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
}

it("says that a program has ended before it answered, and with what", async () => {
  const absent = program("absent", 'import "./what-is-not-there.mjs";');
  await expect(answerOf(absent, "the other build", { kind: "memory" })).rejects.toThrow(
    "the other build ended with code 1 before it answered",
  );
  await expect(answerOf(absent, "the other build", { kind: "memory" })).rejects.toThrow("code 1");
  await askedToEnd(absent);
});

it("says so too when the program ends in the middle of its work", async () => {
  const child = program("killed", 'process.on("message", () => process.kill(process.pid, 9));');
  await expect(answerOf(child, "this build", "go")).rejects.toThrow("ended with SIGKILL");
});

it("gives an answer, and leaves no listener behind", async () => {
  const child = program(
    "answers",
    'process.on("message", (order) => order === "end" ? process.exit() : process.send({ order }));',
  );
  expect(await answerOf(child, "it", "one")).toEqual({ order: "one" });
  expect(await answerOf(child, "it", "two")).toEqual({ order: "two" });
  expect(["exit", "message", "error"].map((event) => child.listenerCount(event))).toEqual([
    0, 0, 0,
  ]);
  await askedToEnd(child);
  expect(child.exitCode).toBe(0);
});
