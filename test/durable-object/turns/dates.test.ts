import { join } from "node:path";
import { expect, it } from "vitest";
import { startObjects } from "../support/objects.ts";
import { clientOf } from "./client.ts";

/** Of the README of the folder: before it objects have no RPC. */
const oldest = "2024-04-03";

it(`works at compatibility date ${oldest}, which the README names`, async () => {
  const entry = join(import.meta.dirname, "worker.ts");
  const objects = await startObjects(entry, {}, { compatibilityDate: oldest });
  const { post, count, close } = clientOf(() => objects.url());
  try {
    for (const kind of ["sync", "async"]) {
      expect(await post(`turns/${kind}/a`, "fan 3")).toBe(202);
      await expect.poll(() => count(`turns/${kind}/a-2`)).toBe(1);
    }
    await objects.restart();
    expect(await count("turns/async/a-2")).toBe(1);
  } finally {
    close();
    await objects.close();
  }
});
