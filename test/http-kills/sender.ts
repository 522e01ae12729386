import { setTimeout } from "node:timers/promises";
import { functionRef, int } from "statefun";
import { createClient } from "statefun/client";

const counter = functionRef("kills/counter", int);
/** What says that it may work later; without an answer nobody knows, and the key makes repeating safe. */
const passing = new Set(["unavailable", "draining", "mailbox_full", "store_failed"]);

/** What the senders have done together. */
export interface Progress {
  acknowledged: number;
  /** Sent again, because no answer came or it said so. */
  repeated: number;
  /** Those of them that had been taken already. */
  duplicates: number;
}

/** Sends 1, 2, 3, … to one counter, each when the one before it was acknowledged, until it is. */
export async function sendAll(
  url: string,
  id: string,
  count: number,
  progress: Progress,
): Promise<void> {
  const client = createClient({ url, headers: { authorization: "Bearer sender" } });
  for (let n = 1; n <= count; ) {
    try {
      const signal = AbortSignal.timeout(20_000);
      const options = { idempotencyKey: `${id}-${n}`, signal };
      const { duplicate } = await client.send(counter.at(id), n, options);
      progress.acknowledged++;
      if (duplicate) progress.duplicates++;
      n++;
    } catch (error) {
      if (!passing.has(Object(error).code) && Object(error).name !== "TimeoutError") throw error;
      progress.repeated++;
      await setTimeout(5 + Math.random() * 30);
    }
  }
}
