import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects;

const bindingsOf = (typenames: string, generation: number) => ({
  TYPENAMES: typenames,
  GENERATION: String(generation),
});

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), bindingsOf("own", 0));
});

afterAll(() => objects.close());

async function deploy(typenames: string, generation: number): Promise<void> {
  await objects.stop();
  await objects.start(bindingsOf(typenames, generation));
}

async function post(id: string, body: string, headers: Record<string, string>) {
  const response = await fetch(`${objects.url()}/functions/demo/basket/${id}`, {
    method: "POST",
    headers: { "content-type": "text/plain", ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const call = async (id: string, name: string) => (await post(id, name, { prefer: "wait=20" })).text;

async function troubleOf(id: string) {
  const response = await fetch(`${objects.url()}/admin/instances/demo/basket/${id}`);
  return Object(await response.json()).trouble;
}

it.each(["own", "same"])(
  "objects keep their state through all generations and a step back: %s typenames",
  async (typenames) => {
    const id = `basket-${typenames}`;
    await deploy(typenames, 0);
    expect(await call(id, "a")).toBe("a");
    await deploy(typenames, 1);
    expect([await call(id, ""), await call(id, "b")]).toEqual(["a", "a,b"]);
    // A step back: the message waits, and the instance says why.
    await deploy(typenames, 0);
    expect((await post(id, "c", {})).status).toBe(202);
    await expect.poll(() => troubleOf(id)).toBeDefined();
    const said = typenames === "own" ? "and declared as demo/Basket;" : "demo/Basket: items[0]: ";
    expect(await troubleOf(id)).toMatchObject({
      kind: "state",
      code: "state_undecodable",
      reason: expect.stringContaining(said),
    });
    await deploy(typenames, 2);
    expect([await call(id, ""), await call(id, "d")]).toEqual(["a,b,c", "a,b,c,d"]);
  },
  120_000,
);
