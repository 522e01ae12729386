import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressList } from "../../../src/cli/moving/address-list.ts";
import { joinParts } from "../../../src/export-format/join-parts.ts";
import { createSha256 } from "../../../src/export-format/sha256.ts";
import { run } from "../../moving/support/command.ts";
import { fillShop } from "../../moving/support/shop.ts";
import { storedExport } from "../../moving/support/stored.ts";
import type { Objects } from "../support/objects.ts";
import { importInto, recordsOf, withoutState, withPausedObjects } from "./client.ts";

const folder = mkdtempSync(join(tmpdir(), "statefun-listed-"));
let original: Uint8Array = new Uint8Array();
let ids: Uint8Array<ArrayBuffer> = new Uint8Array();

beforeAll(async () => {
  const store = memoryStore();
  await fillShop(store, 60, { isWhole: false });
  original = await storedExport(store);
  // Some of them twice, and in another order.
  const lines = withoutState(original).trimEnd().split("\n");
  ids = new TextEncoder().encode([...lines.toReversed(), ...lines.slice(0, 20), ""].join("\n"));
  writeFileSync(join(folder, "ids.ndjson"), ids);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withObjects = (
  bindings: Record<string, string>,
  work: (objects: Objects) => Promise<void>,
): Promise<void> =>
  withPausedObjects(bindings, async (objects) => {
    await importInto(objects, original);
    await work(objects);
  });

function ask(objects: Objects, query: Record<string, string>, body: Uint8Array<ArrayBuffer>) {
  const headers = { "statefun-admin": "1", "idempotency-key": randomUUID() };
  const url = `${objects.url()}/admin/export?${new URLSearchParams(query)}`;
  return fetch(url, { method: "POST", headers, body });
}

const withValues = (bytes: Uint8Array): readonly string[] =>
  recordsOf(bytes).map((line) => JSON.stringify(JSON.parse(String(line), withoutValue)));
const withoutValue = (name: string, value: unknown): unknown =>
  name === "value" && typeof value !== "object" ? undefined : value;

describe("a list of addresses", { timeout: 180_000 }, () => {
  it("comes to each part as far as the part needs it", async () => {
    for (const DIRECTORY of ["yes", "no"]) {
      await withObjects({ DIRECTORY }, async (objects) => {
        const whole = await ask(objects, {}, ids);
        expect(whole.status).toBe(200);
        const expected = recordsOf(new Uint8Array(await whole.arrayBuffer()));
        const list = addressList(ids, 7);
        const sizes: number[] = [];
        const { pieces } = joinParts(async (place) => {
          const { body, query } = list.parts(place?.after);
          sizes.push(body.length);
          const at = place && { after: place.after, since: `${place.since}` };
          const response = await ask(objects, { ...query, ...at }, body);
          expect(response.status).toBe(200);
          return response.body ?? ([] as never);
        }, createSha256);
        const all: Uint8Array[] = [];
        for await (const piece of pieces) all.push(piece);
        expect(recordsOf(new Uint8Array(Buffer.concat(all)))).toEqual(expected);
        expect(sizes.length).toBeGreaterThan(5);
        expect(Math.max(...sizes)).toBeLessThan(ids.length / 3);
      });
    }
  });

  it("comes as a whole where placement names the objects", async () => {
    await withObjects({ GROUPED: "3" }, async (objects) => {
      const { body, query } = addressList(ids).parts(undefined);
      const refused = await ask(objects, query, body);
      expect([refused.status, await refused.text()]).toEqual([
        501,
        expect.stringContaining("placement"),
      ]);
      const to = join(folder, "grouped.ndjson");
      const args = ["--url", objects.url(), "--ids", join(folder, "ids.ndjson"), "--to", to];
      expect(await run("export", ...args, "--no-values").ended).toMatchObject({ code: 0 });
      expect(withValues(new Uint8Array(readFileSync(to)))).toEqual(withValues(original));
      writeFileSync(join(folder, "wrong.ndjson"), '{"function":"a/b","id":"1"}\n{"id":"2"}\n');
      const wrong = ["--url", objects.url(), "--ids", join(folder, "wrong.ndjson"), "--to", "-"];
      expect(await run("export", ...wrong).ended).toMatchObject({
        code: 1,
        errors: expect.stringContaining("line 2 of the list of addresses"),
      });
    });
  });
});
