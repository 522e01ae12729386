import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqliteStore } from "statefun/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderOf, runProgram } from "../../cli/program.ts";
import { fillShop } from "../../moving/support/shop.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { recordsOf, withoutState } from "./client.ts";

const folder = folderOf({});
let objects: Objects;

beforeAll(async () => {
  await fillShop(sqliteStore(join(folder, "shop.db")), 60, { isWhole: false });
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), { PAUSED: "yes" });
}, 60_000);

afterAll(() => objects.close());

async function statefun(...args: readonly string[]) {
  // A folder is gone after its test.
  const { code, errors, output } = await runProgram(
    existsSync(folder) ? folder : folderOf({}),
    args,
  );
  return { code, errors, output };
}

describe("statefun, on Durable Objects", () => {
  it("imports the export of a file, and exports the same", async () => {
    await statefun("export", "shop.db", "--to", "shop.ndjson", "--no-values");
    const original = readFileSync(join(folder, "shop.ndjson"));
    writeFileSync(join(folder, "ids.ndjson"), withoutState(original));
    const url = ["--url", objects.url()];
    const look = await statefun("import", ...url, "--from", "shop.ndjson", "--dry-run");
    expect(look).toMatchObject({
      code: 0,
      errors: "",
      output: expect.stringContaining("could be"),
    });
    const imported = await statefun("import", ...url, "--from", "shop.ndjson");
    expect(imported).toMatchObject({ code: 0, output: expect.stringContaining("60 instances") });
    const ids = ["--ids", "ids.ndjson", "--no-values"];
    const exported = await statefun("export", ...url, "--to", "moved.ndjson", ...ids);
    expect(exported).toMatchObject({ code: 0, output: expect.stringContaining("60 instances") });
    expect(recordsOf(readFileSync(join(folder, "moved.ndjson")))).toEqual(recordsOf(original));
    // All of it was written before, and is left out.
    expect(await statefun("import", ...url, "--from", "shop.ndjson")).toMatchObject({ code: 0 });
    const other = await statefun("import", ...url, "--from", "moved.ndjson");
    expect(other).toMatchObject({ code: 1, errors: expect.stringContaining("is here already") });
  }, 120_000);

  it("says what a running application has to do first", async () => {
    await objects.stop();
    await objects.start({ PAUSED: "no" });
    const refused = await statefun("export", "--url", objects.url(), "--to", "running.ndjson");
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("paused") });
  }, 60_000);
});
