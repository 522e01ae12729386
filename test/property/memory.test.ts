import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const child = fileURLToPath(new URL("memory-child.ts", import.meta.url));

/** A copy to have the body in one piece, beside its chunks, and one more for what a handler reads. */
const maxBodies = 3;

it.each(["one message", "10,000 messages", "one state"])(
  "answers a request of 32 MiB within three times its size: %s",
  (shape) => {
    const output = execFileSync(process.execPath, ["--expose-gc", child, shape], {
      encoding: "utf8",
    });
    const { body, sampled, rss }: Record<string, number> = JSON.parse(output);
    const bodies = (bytes = Number.NaN) => bytes / (body ?? Number.NaN);
    const [inHeap, resident] = [bodies(sampled), bodies(rss)];
    console.log(`${shape}: ${inHeap.toFixed(2)} bodies sampled, ${resident.toFixed(2)} resident`);
    expect(inHeap).toBeLessThanOrEqual(maxBodies);
    expect(resident).toBeLessThanOrEqual(maxBodies);
  },
  60_000,
);
