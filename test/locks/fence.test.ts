import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expectStored, opened, storePaths } from "./lock-suite.ts";
import { type Command, nodeFromSource, Owner } from "./owners.ts";

const newPath = storePaths();

/** In a process namespace of its own, as in another container: neither can know whether the other runs. */
const elsewhere: Command = ["unshare", "--pid", "--fork", "--mount-proc", ...nodeFromSource];
const mayUnshare = process.platform === "linux" && process.getuid?.() === 0;

/** Two processes with one store at the same time: the last resort, when every lock is gone. */
async function twoOwners(path: string, first: Owner, second: Command): Promise<void> {
  const before = await first.send(1, 50);
  const other = new Owner(second, path);
  const during = first.send(51, 100);
  const said = await other.hear("open", "failed");
  if (said?.event === "failed") {
    // The first one had taken its lock anew in time.
    expect(said.code).toBe("store_locked");
    const { acknowledged } = await during;
    expect(acknowledged).toHaveLength(50);
    await first.kill();
    await expectStored(nodeFromSource, path, [...before.acknowledged, ...acknowledged]);
    return;
  }
  const [mine, theirs] = await Promise.all([during, other.send(101, 200)]);
  const late = await first.send(201, 220);
  expect(late.acknowledged).toEqual([]);
  for (const code of [...mine.codes, ...late.codes]) {
    expect(["unavailable", "store_failed", "draining"]).toContain(code);
  }
  expect(theirs.acknowledged).toHaveLength(100);
  await Promise.all([first.kill(), other.kill()]);
  const acknowledged = [before, mine, theirs].flatMap((sent) => sent.acknowledged);
  await expectStored(nodeFromSource, path, acknowledged);
}

describe("a store whose locks are all gone", () => {
  it.runIf(mayUnshare).for(["read-all", "copy-directory", "worker"])(
    "is refused to a process of another container, or fences the first one: %s",
    async (way) => {
      const path = newPath();
      const first = await opened(nodeFromSource, path);
      first.command(`lose ${way}`);
      await first.hear("lost");
      await twoOwners(path, first, elsewhere);
    },
  );

  it("fences the first one when the file of the lock is deleted too", async () => {
    const path = newPath();
    const first = await opened(nodeFromSource, path);
    await first.send(1, 1);
    first.command("lose read-all");
    await first.hear("lost");
    rmSync(`${path}-lock`);
    await twoOwners(path, first, nodeFromSource);
  });

  it("has one owner at a time, over many of them", async () => {
    const path = newPath();
    const acknowledged: number[] = [];
    let owner = await opened(nodeFromSource, path);
    for (let life = 1; life <= 4; life += 1) {
      acknowledged.push(...(await owner.send(life * 100, life * 100 + 9)).acknowledged);
      owner.command("lose read-all");
      await owner.hear("lost");
      rmSync(`${path}-lock`);
      const next = new Owner(nodeFromSource, path);
      const [said, more] = await Promise.all([
        next.hear("open", "failed"),
        owner.send(life * 100 + 10, life * 100 + 19),
      ]);
      acknowledged.push(...more.acknowledged);
      await (said?.event === "open" ? owner : next).kill();
      if (said?.event === "open") owner = next;
    }
    await owner.kill();
    // What was sent before the next one came, at least.
    expect(acknowledged.length).toBeGreaterThanOrEqual(40);
    await expectStored(nodeFromSource, path, acknowledged);
  });
});
