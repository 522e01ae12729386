import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { outDir } from "./build.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";
import { wranglerDev } from "./wrangler-dev.ts";

/** A project of a user, beside `node_modules/statefun`, whose source changes while `wrangler dev` runs. */
const project = join(outDir, "reloads");
const persistTo = mkdtempSync(join(tmpdir(), "statefun-reloads-"));
const source = readFileSync(join(import.meta.dirname, "programs/reloaded.ts"), "utf8");

const command = () => wranglerDev({ config: join(project, "wrangler.toml"), persistTo });

let server: ServerProcess;
let current = 1;

const write = (text: string) => writeFileSync(join(project, "index.ts"), text);
const sourceOf = (version: number) =>
  source.replace("const version = 1;", `const version = ${version};`);

/** Saves the next version. */
function save(): void {
  current++;
  write(sourceOf(current));
}

async function reloaded(): Promise<void> {
  const version = () =>
    fetch(`${server.url}/version`).then(
      (response) => response.json(),
      () => undefined,
    );
  await expect.poll(version, { timeout: 30_000, interval: 200 }).toBe(current);
}

const post = (id: string, message: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/functions/reloaded/counter/${id}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/string",
      ...headers,
    },
    body: JSON.stringify(message),
  });

async function send(id: string, message: string): Promise<void> {
  const response = await post(id, message);
  expect(response.status, await response.text()).toBe(202);
}

/** Until it is taken, as a client does that must not lose a message. */
async function sendOnce(id: string, message: string, key: string): Promise<void> {
  for (;;) {
    const response = await post(id, message, { "idempotency-key": key }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 202) return;
    await wait(50);
  }
}

interface Shown {
  readonly count: number | undefined;
  readonly version: number | undefined;
}

/** Opens the object, unlike an alarm. */
async function stateOf(id: string): Promise<Shown> {
  const response = await fetch(`${server.url}/admin/instances/reloaded/counter/${id}`);
  const { state } = (await response.json()) as {
    state: Record<string, { readonly value: number } | undefined>;
  };
  return { count: state["count"]?.value, version: state["version"]?.value };
}

const countOf = async (id: string) => (await stateOf(id)).count;

beforeAll(async () => {
  mkdirSync(project, { recursive: true });
  write(source);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  writeFileSync(
    join(project, "wrangler.toml"),
    [
      'name = "reloads"',
      'main = "index.ts"',
      'compatibility_date = "2026-07-01"',
      "[[durable_objects.bindings]]",
      'name = "STATEFUN"',
      'class_name = "StatefulObject"',
      "[[migrations]]",
      'tag = "v1"',
      'new_sqlite_classes = ["StatefulObject"]',
    ].join("\n"),
  );
  server = await startProcess(await command());
});

/** What it has printed but for requests, and for the source that cannot be compiled. */
const printed = () =>
  stripVTControlCharacters(server.printed())
    .replace(/^\[wrangler:info\] .*\n/gm, "")
    .replace(/^.*\[ERROR\] (Build failed|Expected identifier).*$/gm, "");

afterEach(() => {
  // Neither by the engine nor by the platform.
  expect(printed()).not.toMatch(/reported:|uncaught|error/i);
});

afterAll(async () => {
  await server.close();
  rmSync(persistTo, { recursive: true, force: true });
});

/** What a process printed that has ended. */
let earlier = "";

/** Which delayed messages were handled, by what the functions print: whoever asks an object makes it handle what is due. */
const counted = (name: string): readonly string[] =>
  Array.from(`${earlier}${printed()}`.matchAll(/^counted (\S+)\.$/gm), ([, id = ""]) => id)
    .filter((id) => id.startsWith(name))
    .toSorted();

const ids = (name: string) => Array.from({ length: 10 }, (_, n) => `${name}${n}`);

/** A delayed message in each of ten objects, due 100 ms one after another, the first one in 2.1 s. */
const sendDelayed = (name: string) =>
  Promise.all(ids(name).map((id, n) => send(id, `after ${2_100 + n * 100}`)));

it("alarms that are due while the Worker is loaded anew go off, once each", async () => {
  await sendDelayed("due");
  await send("alone", "slow 4000");
  await wait(2_000);
  const before = current;
  save();
  await reloaded();
  await wait(3_000);
  // What the old process printed at its end may be lost; what it handled is stored with its version.
  const unseen = ids("due").filter((id) => !counted("due").includes(id));
  for (const id of unseen) expect(await stateOf(id)).toEqual({ count: 1, version: before });
  expect(unseen.length).toBeLessThan(10);
  for (const id of ids("due")) expect(await countOf(id)).toBe(1);
});

it("alarms that are due while nothing runs go off after the start", async () => {
  await sendDelayed("overdue");
  await server.close();
  earlier = printed();
  await wait(3_500);
  server = await startProcess(await command());
  await expect.poll(() => counted("overdue")).toEqual(ids("overdue"));
  for (const id of ids("overdue")) expect(await countOf(id)).toBe(1);
});

it("a message that waits for a later version is handled by it", async () => {
  await send("waits", `version ${current + 2}`);
  await send("waits", "count");
  save();
  await reloaded();
  expect(await countOf("waits")).toBe(undefined);
  save();
  await reloaded();
  await expect.poll(() => stateOf("waits")).toEqual({ count: 2, version: current });
});

it("a handler that runs is ended, and runs again by the new version", async () => {
  await send("runs", "slow 3000");
  await wait(500);
  save();
  await reloaded();
  await send("runs", "count");
  await expect.poll(() => stateOf("runs")).toEqual({ count: 2, version: current });
});

it("what comes while the source cannot be compiled waits for the next one", async () => {
  await send("broken", "count");
  write(`${sourceOf(current + 1)}\nconst = ;`);
  await expect.poll(server.printed).toContain("Build failed");
  const sent = send("broken", "count");
  await wait(500);
  save();
  await sent;
  await reloaded();
  await send("broken", "count");
  await expect.poll(() => stateOf("broken")).toEqual({ count: 3, version: current });
});

it("senders that repeat lose nothing and count nothing twice over many reloads", async () => {
  let isOver = false;
  const senders = Array.from({ length: 4 }, async (_, sender) => {
    let sent = 0;
    for (; !isOver; sent++) await sendOnce(`load${sender}`, "count", `${sent}`);
    return sent;
  });
  for (let reloads = 0; reloads < 5; reloads++) {
    save();
    await reloaded();
  }
  isOver = true;
  for (const [sender, sent] of (await Promise.all(senders)).entries()) {
    expect(sent).toBeGreaterThan(5);
    await expect.poll(() => countOf(`load${sender}`), { timeout: 40_000 }).toBe(sent);
  }
});

it("a handler that was ended by the first reload has run again, though nobody asked its object", async () => {
  await expect.poll(() => counted("alone"), { timeout: 60_000 }).toEqual(["alone"]);
  expect(await countOf("alone")).toBe(1);
});
