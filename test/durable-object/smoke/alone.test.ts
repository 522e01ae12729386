import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "statefun/client";
import { expect, it } from "vitest";
import { commandsType, instance } from "../../remote/support/smoke.ts";
import { startObjects } from "../support/objects.ts";
import { keptOf } from "./verdict.ts";

it("what an object had to send when its process died leaves by its alarm: nobody speaks to it", async () => {
  const objects = await startObjects(join(import.meta.dirname, "worker.ts"));
  const url = (path: string) => `${objects.url()}${path}`;
  try {
    // Nobody takes a batch: all of them wait at their senders.
    const only = encodeURIComponent("before a batch is taken");
    await (await fetch(url(`/trouble?seed=1&rate=1&only=${only}`))).json();
    const commands = [
      { kind: "emit", label: 0 },
      { kind: "send", to: 1, commands: [{ kind: "emit", label: 1 }] },
    ] as const;
    await createClient({ url: objects.url() }).send(instance(0), commandsType.of(commands));
    await wait(500);
    await objects.restart();
    // Reading wakes the object of the records, and no other.
    expect(await keptOf(objects.url(), "smoke/labels")).toEqual([]);
    const labels = async () => (await keptOf(objects.url(), "smoke/labels")).toSorted();
    await expect.poll(labels, { timeout: 60_000, interval: 1_000 }).toEqual([0, 1]);
  } finally {
    await objects.close();
  }
}, 120_000);
