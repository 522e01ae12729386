import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { functionRef, int } from "statefun";
import { createClient } from "statefun/client";
import { expect, it } from "vitest";
import { startObjects } from "../support/objects.ts";

const first = functionRef("alone/first", int);
const chains = 24;
const messages = 6;
/** Longer than an object that ended waits for its alarm, and than what the alarm finds takes three objects. */
const quietMs = Number(process.env["STATEFUN_QUIET"] ?? 30_000);
const seed = Number(process.env["STATEFUN_SEED"] ?? 1);

/** How often a step of a chain has counted. Reading wakes this object, and no other. */
async function counted(url: string, step: string, id: string): Promise<number> {
  const response = await fetch(`${url}/admin/instances/alone/${step}/${id}`);
  expect(response.status).toBe(200);
  const { state } = (await response.json()) as { state: Record<string, { value: unknown }> };
  return Number(state["count"]?.value ?? 0);
}

it.concurrent.each([
  ["synchronous", "nothing", 0.1, false],
  ["asynchronous", "timers", 0.1, false],
  ["synchronous", "nothing", 0.02, true],
  ["asynchronous", "timers", 0.02, true],
] as const)(
  "what %s functions have sent on arrives though nobody asks again (waiting for %s, trouble %d, a process that ends: %s)",
  async (_, waits, rate, endsProcess) => {
    const objects = await startObjects(join(import.meta.dirname, "worker.ts"), { WAITS: waits });
    const trouble = async (next: number) =>
      (await fetch(`${objects.url()}/trouble?seed=${seed}&rate=${next}`)).json();
    try {
      await trouble(rate);
      const ids = Array.from({ length: chains }, (_, index) => String(index));
      const accepted = new Map<string, number>();
      const sending = ids.map(async (id) => {
        for (let number = 0; number < messages; number++) {
          // Each is sent once: if nobody says that it was accepted, it may have been or not.
          const client = createClient({ url: objects.url() });
          const signal = AbortSignal.timeout(5_000);
          await client.send(first.at(id), number, { signal }).then(
            () => accepted.set(id, (accepted.get(id) ?? 0) + 1),
            () => {},
          );
          await wait(200 * Math.random());
        }
      });
      if (endsProcess) {
        await wait(400);
        // A busy machine may have accepted nothing by then.
        for (let left = 100; left > 0 && accepted.size <= 2; left--) await wait(50);
        await objects.restart();
        await trouble(0);
      }
      await Promise.all(sending);
      const happened = await trouble(0);
      if (!endsProcess) expect(Object.keys(happened as object).length).toBeGreaterThan(3);
      await wait(quietMs);
      // From the end of the chain: who is asked first has not been woken by anybody who was asked.
      const found = new Map<string, number[]>();
      for (const step of ["third", "second", "first"]) {
        const counts = await Promise.all(ids.map((id) => counted(objects.url(), step, id)));
        found.set(step, counts);
      }
      const [third, second] = [found.get("third"), found.get("second")];
      expect(third, "what the first have sent").toEqual(found.get("first"));
      expect(second).toEqual(found.get("first"));
      expect(accepted.size).toBeGreaterThan(2);
      for (const [index, id] of ids.entries()) {
        const count = third?.[index] ?? 0;
        expect(count, `accepted by ${id}`).toBeGreaterThanOrEqual(accepted.get(id) ?? 0);
        expect(count).toBeLessThanOrEqual(messages);
      }
    } finally {
      await objects.close();
    }
  },
  180_000,
);
