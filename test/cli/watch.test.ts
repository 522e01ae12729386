import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { signatureOf } from "../../src/cli/supervisor/loaded-files.ts";
import { Watch } from "../../src/cli/supervisor/watch.ts";
import { folderOf } from "./program.ts";

const watches: Watch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.close();
});

function watchOf(): Watch {
  const watch = new Watch();
  watches.push(watch);
  return watch;
}

const seen = (path: string) => ({ path, signature: signatureOf(path) });

describe("the watch over files", () => {
  it("knows of a change between the moment of loading and that of hearing of it", async () => {
    const path = join(folderOf({ "a.ts": "1" }), "a.ts");
    const watch = watchOf();
    watch.begin([]);
    const loaded = seen(path);
    writeFileSync(path, "22");
    watch.add(loaded);
    expect(await watch.changed()).toBe(relative(".", path));
  });

  it("takes a new life to have read what is there when it begins", async () => {
    const path = join(folderOf({ "a.ts": "1" }), "a.ts");
    const watch = watchOf();
    watch.begin([]);
    watch.add(seen(path));
    writeFileSync(path, "22");
    watch.begin([]);
    let isChanged = false;
    void watch.changed().then(() => {
      isChanged = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(isChanged).toBe(false);
  });

  it("sees a file that comes, and one in a folder that was replaced", async () => {
    const folder = folderOf({});
    mkdirSync(join(folder, "src"));
    const path = join(folder, "src/a.ts");
    const watch = watchOf();
    watch.begin([path]);
    const coming = watch.changed();
    writeFileSync(path, "1");
    await coming;

    watch.begin([path]);
    renameSync(join(folder, "src"), join(folder, "old"));
    mkdirSync(join(folder, "src"));
    writeFileSync(path, "1");
    await watch.changed();
    watch.begin([path]);
    // Nothing but the change itself is left to tell of it.
    const changing = watch.changed();
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(path, "333");
    await changing;
  });

  it("forgets what the last life did not need", async () => {
    const folder = folderOf({ "a.ts": "1", "b.ts": "1" });
    const watch = watchOf();
    watch.begin([]);
    watch.add(seen(join(folder, "a.ts")));
    watch.begin([]);
    watch.add(seen(join(folder, "b.ts")));
    watch.settle();
    const changed = watch.changed();
    rmSync(join(folder, "a.ts"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(join(folder, "b.ts"), "22");
    expect(await changed).toBe(relative(".", join(folder, "b.ts")));
  });
});
