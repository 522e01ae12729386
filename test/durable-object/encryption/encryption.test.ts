import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";

const secretText = "4111-1111-1111-1111";
let objects: Objects;

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), { KEYS: "a" });
});

afterAll(() => objects.close());

async function call(id: string, text: string): Promise<string> {
  const response = await fetch(`${objects.url()}/call?${new URLSearchParams({ id, text })}`);
  return response.text();
}

async function instanceOf(id: string) {
  const response = await fetch(`${objects.url()}/admin/instances/demo/pin/${id}`);
  return Object(await response.json());
}

/** The files of all objects, that of what is not checkpointed included, which have the secret. */
function filesWith(text: string): readonly string[] {
  const files = readdirSync(objects.folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(text));
}

it("objects store nothing plain, and read it after a restart and with a new key", async () => {
  expect(await call("1", secretText)).toBe("none");
  expect(await call("1", "pass on")).toBe(secretText);
  expect(await call("1", secretText)).toBe("pass on");
  expect(await call("1", "get")).toBe(secretText);
  expect(await call("1-other", "get")).toBe(secretText);
  const { state } = await instanceOf("1");
  expect(state.pin).toMatchObject({ encryptedWith: "a" });
  expect(filesWith("io.statefun.types/string.encrypted").length).toBeGreaterThan(0);
  expect(filesWith(secretText)).toEqual([]);
  await objects.stop();
  expect(filesWith(secretText)).toEqual([]);

  await objects.start({ KEYS: "b,a" });
  expect(await call("1", "get")).toBe(secretText);
  expect(await call("1", secretText)).toBe(secretText);
  expect((await instanceOf("1")).state.pin).toMatchObject({ encryptedWith: "b" });
}, 120_000);

it("an object whose key is missing keeps its message until the key is back", async () => {
  await call("2", secretText);
  await objects.stop();
  await objects.start({ KEYS: "c" });
  const answer = call("2", "get").catch(() => "ended");
  await expect
    .poll(async () => (await instanceOf("2")).trouble, { timeout: 20_000 })
    .toMatchObject({ code: "unavailable", reason: expect.stringContaining("there is no key") });
  await objects.stop();
  await answer;
  await objects.start({ KEYS: "c,b,a" });
  expect(await call("2", "get")).toBe(secretText);
}, 120_000);
