import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { add, counterSource, total } from "./counter.ts";
import { folderOf, fromSource, isRunning, type Program, startProgram, until } from "./program.ts";

const args = ["dev", "counter.mts", "--port", "0", "--json"];

/** The process of the application, of the last line that says so. */
async function applicationOf(program: Program): Promise<number> {
  await program.says(/"pid":\d+/);
  return Number([...program.output.matchAll(/"pid":(\d+)/g)].at(-1)?.[1]);
}

function start(text = counterSource()) {
  const folder = folderOf({ "counter.mts": text });
  return { folder, program: startProgram(folder, args) };
}

describe("the end of statefun dev", () => {
  it.for(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is clean by %s", async (signal) => {
    const { folder, program } = start();
    const url = await program.url();
    expect(await total(url, 4)).toBe(4);
    const application = await applicationOf(program);
    program.kill(signal);
    expect(await program.ended).toBe(0);
    expect(program.output).toMatch(/\{"event":"stopped"\}\n$/);
    expect(isRunning(application)).toBe(false);
    // Nothing has to be mended, and nothing is lost.
    expect(await total(await startProgram(folder, args).url(), 1)).toBe(5);
  });

  it("is clean by a Ctrl-C that every process gets, and that npm hands on once more", async () => {
    const { program } = start();
    await program.url();
    process.kill(await applicationOf(program), "SIGINT");
    program.kill("SIGINT");
    program.kill("SIGINT");
    expect(await program.ended).toBe(0);
  });

  it.skipIf(process.platform === "win32").for([
    ["npm start", "SIGTERM"],
    ["npm start", "SIGKILL"],
    ["npx counter", "SIGTERM"],
    ["node --run start", "SIGTERM"],
    ["node --run start", "SIGKILL"],
  ] as const)(
    "is clean when it was started by %s, and that alone is ended by %s",
    async ([command, signal]) => {
      const statefun = fromSource.map((part) => JSON.stringify(part)).join(" ");
      const script = `${statefun} ${args.join(" ")}`;
      const folder = folderOf({
        "counter.mts": counterSource(),
        "package.json": JSON.stringify({
          name: "counter",
          bin: "./run.sh",
          scripts: { start: script },
        }),
        "run.sh": `#!/bin/sh\nexec ${script}\n`,
      });
      chmodSync(join(folder, "run.sh"), 0o755);
      const program = startProgram(folder, [], {}, command.split(" "));
      const application = await applicationOf(program);
      try {
        expect(await total(await program.url(), 4)).toBe(4);
        program.kill(signal);
        await until(() => !isRunning(application));
        // The store is free again, and has what was sent.
        expect(await total(await startProgram(folder, args).url(), 1)).toBe(5);
      } finally {
        if (isRunning(application)) process.kill(application, "SIGKILL");
      }
    },
  );

  // The shell stays the same process, and is no shell any more.
  it.skipIf(process.platform === "win32")(
    "does not come when the shell between becomes another program",
    async () => {
      const statefun = fromSource.map((part) => JSON.stringify(part)).join(" ");
      const folder = folderOf({
        "counter.mts": counterSource(),
        "package.json": JSON.stringify({
          name: "counter",
          scripts: { start: `${statefun} ${args.join(" ")} & sleep 1; exec sleep 30` },
        }),
      });
      const program = startProgram(folder, [], {}, ["npm", "start"]);
      const application = await applicationOf(program);
      await wait(3_000);
      expect(isRunning(application)).toBe(true);
      program.kill("SIGTERM");
      await until(() => !isRunning(application));
    },
  );

  it("waits for handlers that run, but not for a second Ctrl-C", async () => {
    const slow = counterSource().replace(
      "context.state",
      "context.state.total += 1;\n while (true) await new Promise((r) => setTimeout(r, 60_000));\n context.state",
    );
    const { program } = start(slow.replace("(context, { by }) =>", "async (context, { by }) =>"));
    const url = await program.url();
    const application = await applicationOf(program);
    expect((await add(url, 1)).status).toBe(202);
    program.kill("SIGINT");
    await wait(700);
    expect(isRunning(program.pid)).toBe(true);
    program.kill("SIGINT");
    expect(await program.ended).toBe(130);
    await until(() => !isRunning(application));
  });

  it("is at once while it waits to start again", async () => {
    const { folder, program } = start();
    await program.url();
    const crashing = `${counterSource()}\nsetTimeout(() => process.exit(3), 300);`;
    writeFileSync(join(folder, "counter.mts"), crashing);
    for (const ms of [200, 400, 800, 1_600, 3_200, 6_400]) {
      await program.says(new RegExp(`"waiting","reason":"${ms} ms`));
      writeFileSync(join(folder, "counter.mts"), `${crashing}\n// ${ms}`);
    }
    await program.says(/"waiting","reason":"10000 ms/);
    const before = Date.now();
    program.kill("SIGINT");
    expect(await program.ended).toBe(0);
    expect(Date.now() - before).toBeLessThan(10_000);
  });

  it("is quiet when nobody reads what it prints", async () => {
    const { program } = start();
    const url = await program.url();
    program.stopReading();
    await add(url, 1);
    expect(await program.ended).toBe(1);
    expect(program.errors).toBe("");
  });

  it("takes an open event stream along", async () => {
    const { program } = start();
    const url = await program.url();
    const stream = await fetch(`${url}/egresses/demo/totals`, {
      headers: { accept: "text/event-stream" },
    });
    const body = stream.text().catch(() => "broken off");
    program.kill("SIGINT");
    expect(await program.ended).toBe(0);
    await body;
  });

  it("by kill -9 leaves no process behind that holds the file and the port", async () => {
    const { folder, program } = start();
    const url = await program.url();
    const { port } = new URL(url);
    expect(await total(url, 4)).toBe(4);
    const application = await applicationOf(program);
    program.kill("SIGKILL");
    // At once: the next one has patience.
    const next = startProgram(folder, ["dev", "counter.mts", "--port", port]);
    expect(await total(await next.url(), 1)).toBe(5);
    expect(isRunning(application)).toBe(false);
    expect(next.errors).toBe("");
  });

  it("of the application by kill -9 is none of the program: it starts again with all that was acknowledged", async () => {
    const { program } = start();
    const url = await program.url();
    let expected = 0;
    for (let life = 1; life <= 3; life++) {
      for (let n = 0; n < 20; n++) if ((await add(url, 1)).status === 202) expected++;
      process.kill(await applicationOf(program), "SIGKILL");
      await until(() => program.output.match(/"restarted"/g)?.length === life);
    }
    expect(await total(url, 1)).toBe(expected + 1);
    expect(expected).toBe(60);
    expect(program.errors).toContain("statefun: the application was stopped by SIGKILL\n");
  });
});
