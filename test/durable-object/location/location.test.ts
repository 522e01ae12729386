import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { assertLocation } from "../../../src/durable-object/location.ts";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects | undefined;
afterEach(() => objects?.close());

async function start(bindings: Record<string, string>) {
  const started = await startObjects(join(import.meta.dirname, "worker.ts"), bindings);
  objects = started;
  const asked = async (what: string): Promise<string[]> =>
    (await fetch(`${started.url()}/test/${what}`)).json() as Promise<string[]>;
  const send = async (to: string, text: string, more: Record<string, string> = {}) => {
    const headers = {
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/string",
      ...more,
    };
    const init = { method: "POST", headers, body: JSON.stringify(text) };
    return (await fetch(`${started.url()}/functions/${to}`, init)).status;
  };
  /** Sends to an object that sends on to `id`, and emits a record. */
  const hop = async (id: string): Promise<string[]> => {
    expect(await send("location/here/1", id)).toBe(202);
    const found = new Set<string>();
    const all = async () => {
      for (const one of await asked("asked")) found.add(one);
      return found.size;
    };
    await expect.poll(all).toBe(3);
    return [...found].sort();
  };
  return { asked, send, hop };
}

describe("a location hint", () => {
  it("is given for every object, by the Worker and by links, the engine's own included", async () => {
    const { hop, asked } = await start({ HINT: "eeur" });
    const options = '[{"locationHint":"eeur"}]';
    expect(await hop("2")).toEqual([
      `location/here/1 ${options}`,
      `location/there/2 ${options}`,
      `statefun/egress/location/records ${options}`,
    ]);
    expect(await asked("errors")).toEqual([]);
  });

  it("by address is asked for functions alone, and for each of them", async () => {
    const { hop, send, asked } = await start({ HINT: "by address" });
    const east = ["location/here/1 []", "location/there/2 []"];
    expect(await hop("2")).toEqual([...east, "statefun/egress/location/records []"]);
    expect(await send("location/there/west", "ask", { prefer: "wait=5" })).toBe(200);
    expect(await asked("asked")).toEqual(['location/there/west [{"locationHint":"weur"}]']);
  });

  it("that cannot be had is reported once, and the message arrives without it", async () => {
    const { hop, send, asked } = await start({ HINT: "by address" });
    expect(await hop("broken")).toContain("location/there/broken []");
    expect(await send("location/there/broken", "ask", { prefer: "wait=5" })).toBe(200);
    const [error, ...more] = await asked("errors");
    expect(error).toMatch(/locationHint of location\/there "broken" threw: no idea/);
    expect(more).toEqual([]);
  });
});

describe("a jurisdiction", () => {
  it("is that of every object", async () => {
    const { hop } = await start({ JURISDICTION: "eu", ACTUAL: "eu" });
    expect(await hop("2")).toEqual([
      "location/here/1 [] in eu",
      "location/there/2 [] in eu",
      "statefun/egress/location/records [] in eu",
    ]);
  });

  it("that the platform does not know is misconfigured, and said once", async () => {
    const { send, asked } = await start({ JURISDICTION: "nowhere" });
    expect(await send("location/there/1", "x")).toBe(500);
    expect(await send("location/there/1", "x")).toBe(500);
    const [error, ...more] = await asked("errors");
    expect(error).toMatch(/platform refused jurisdiction "nowhere": no such jurisdiction/);
    expect(more).toEqual([]);
  });

  it.for([{ JURISDICTION: "us", ACTUAL: "eu" }, { ACTUAL: "eu" }])(
    "that is not that of the object is misconfigured: %o",
    async (bindings) => {
      const { send, asked } = await start(bindings);
      expect(await send("location/there/1", "x")).toBe(500);
      expect(await asked("errors")).toEqual([
        expect.stringMatching(/the object is in jurisdiction "eu", and the engine is for/),
      ]);
    },
  );
});

it("what cannot be a name is refused when the engine is made", () => {
  for (const wrong of ["", "West Europe", 7, null]) {
    for (const option of ["locationHint", "jurisdiction"]) {
      const make = () => assertLocation({ [option]: wrong });
      expect(make).toThrow(new RegExp(`${option} must be a name of the platform`));
    }
  }
});
