import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { encodedShape, shapeNames } from "./memory-functions.ts";

const child = fileURLToPath(new URL("memory-child.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "statefun-memory-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy to have the body in one piece, beside its chunks, and one more for what a handler reads. */
const maxBodies = 3;
const maxBodyBytes = 33_554_432;

it.each(shapeNames)(
  "answers a request of 32 MiB within three times its size: %s",
  (shape) => {
    const files = [1_000_000, maxBodyBytes - 1_000].map((size) => {
      const file = join(folder, `${size}`);
      writeFileSync(file, encodedShape(shape, size));
      return file;
    });
    const output = execFileSync(process.execPath, ["--expose-gc", child, ...files], {
      encoding: "utf8",
    });
    const { body, sampled, rss }: Record<string, number> = JSON.parse(output);
    expect(body).toBeGreaterThan(maxBodyBytes * 0.98);
    const bodies = (bytes = Number.NaN) => bytes / (body ?? Number.NaN);
    const [inHeap, resident] = [bodies(sampled), bodies(rss)];
    console.log(`${shape}: ${inHeap.toFixed(2)} bodies sampled, ${resident.toFixed(2)} resident`);
    expect(inHeap).toBeLessThanOrEqual(maxBodies);
    expect(resident).toBeLessThanOrEqual(maxBodies);
  },
  60_000,
);
