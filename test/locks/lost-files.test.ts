import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { storePaths } from "./lock-suite.ts";

const newPath = storePaths();
const functions = new StatefulFunctions("locks");
const sink = functions.bind("locks/sink", { accepts: string }, () => {});

const health = async (runtime: { fetch(request: Request): Promise<Response> }) =>
  (await runtime.fetch(new Request("http://localhost/health"))).status;

describe("a runtime whose directory is deleted", () => {
  it("acknowledges nothing any more", async () => {
    const path = newPath();
    const runtime = await createRuntime({ modules: [functions], store: sqliteStore(path) });
    await runtime.send(sink.at("a"), "before");
    rmSync(dirname(path), { recursive: true });
    await setTimeout(20);
    await expect(runtime.send(sink.at("a"), "after")).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringMatching(
        /was deleted, moved, replaced or overwritten while the store was open/,
      ),
    });
    expect(await health(runtime)).toBe(503);
    await runtime.close().catch(() => {});
  });

  it("stops within seconds though nothing is sent", async () => {
    const path = newPath();
    const runtime = await createRuntime({ modules: [functions], store: sqliteStore(path) });
    expect(await health(runtime)).toBe(200);
    rmSync(dirname(path), { recursive: true });
    for (let tries = 0; tries < 40 && (await health(runtime)) === 200; tries += 1) {
      await setTimeout(100);
    }
    expect(await health(runtime)).toBe(503);
    await runtime.close().catch(() => {});
  });
});
