import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { losses } from "./lock-losses.ts";
import { type Command, killOwners, Owner } from "./owners.ts";

/** Paths of stores, each in a folder of its own. */
export function storePaths(): () => string {
  const folder = mkdtempSync(join(tmpdir(), "statefun-locks-"));
  afterEach(killOwners);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return () => {
    count += 1;
    mkdirSync(join(folder, `store-${count}`));
    return join(folder, `store-${count}`, "app.db");
  };
}

export async function opened(command: Command, path: string, ...more: string[]): Promise<Owner> {
  const owner = new Owner(command, path, ...more);
  expect(await owner.hear("open", "failed")).toMatchObject({ event: "open" });
  return owner;
}

/** What is stored has each of these once, whatever else it has. */
export async function expectStored(
  command: Command,
  path: string,
  acknowledged: readonly number[],
  ...more: string[]
): Promise<void> {
  const last = await opened(command, path, ...more);
  last.command("seen");
  // What was pending when a process was killed runs singly.
  const { seen = [] } = (await last.hear("seen")) ?? {};
  expect(new Set(seen).size).toBe(seen.length);
  expect(acknowledged.filter((n) => !seen.includes(n))).toEqual([]);
  await last.close();
}

/** Each way of losing a lock within a process, on a runtime. */
export function lockSuite(name: string, command: () => Command, ...more: string[]): void {
  const newPath = storePaths();

  describe(`${name}: a store whose process opens and closes its files`, () => {
    it.for(Object.keys(losses))("is refused to others, and loses nothing: %s", async (way) => {
      const path = newPath();
      const first = await opened(command(), path, ...more);
      const before = await first.send(1, 50);
      first.command(`lose ${way}`);
      await first.hear("lost");
      const second = new Owner(command(), path, ...more);
      const during = first.send(51, 400);
      expect(await second.hear("open", "failed")).toMatchObject({
        event: "failed",
        code: "store_locked",
        reason: expect.stringContaining(`the store ${path} is open in `),
      });
      const after = await during;
      expect(after.codes).toEqual(new Set());
      await first.kill();
      await expectStored(command(), path, [...before.acknowledged, ...after.acknowledged], ...more);
      expect(before.acknowledged.length + after.acknowledged.length).toBe(400);
    });
  });

  describe(`${name}: a store whose processes are killed one after another`, () => {
    it("opens at once each time, and loses nothing", async () => {
      const path = newPath();
      const acknowledged: number[] = [];
      for (let life = 0; life < 8; life += 1) {
        const owner = await opened(command(), path, ...more);
        const sent = await owner.send(life * 20 + 1, life * 20 + 20);
        acknowledged.push(...sent.acknowledged);
        owner.command("lose read-all");
        await owner.hear("lost");
        await owner.kill();
      }
      expect(acknowledged).toHaveLength(160);
      await expectStored(command(), path, acknowledged, ...more);
    });
  });
}
