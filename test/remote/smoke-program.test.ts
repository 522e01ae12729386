import { customType, int, StatefulFunctions } from "statefun";
import { describe, expect, it } from "vitest";
import { embeddedSmoke, interpreterAt } from "../flink/embedded-smoke.ts";
import { bindSmoke } from "../recorded/smoke.ts";
import { v3Types } from "../recorded/wire-types.ts";
import { handlerServer } from "./support/handler-server.ts";
import { hosted } from "./support/hosted.ts";

const settings = { ids: 128, commands: 4_000, seed: 1 };
/** A cluster fails twice in the middle of its commands. */
const restarts = [1_300, 2_600];

/** The interpreter that clusters call, see test/flink. */
function interpreter(): StatefulFunctions {
  const functions = new StatefulFunctions("interpreter");
  bindSmoke(functions, v3Types());
  return functions;
}

for (const [name, isFile] of [
  ["memoryStore", false],
  ["sqliteStore", true],
] as const) {
  describe(`the smoke program of a cluster, over ${name}`, () => {
    const host = hosted(isFile);

    it.for(["here", "behind an endpoint"])(
      "counts every message exactly once with its function %s, restarts included",
      { timeout: 60_000 },
      async (place) => {
        const server = await handlerServer(interpreter());
        host.later(() => server.close());
        const modules = [place === "here" ? interpreter() : interpreterAt(server.url)];
        const smoke = embeddedSmoke(settings);
        const start = () => host.start(modules, { egresses: smoke.egresses });
        const result = await smoke.run(await start(), { at: restarts, start });
        expect(result).toMatchObject({ verdict: "verified" });
        expect(result.messages).toBeGreaterThan(2 * settings.commands);
        expect(result.increments).toBeGreaterThan(settings.commands);
        expect(result.delayed).toBeGreaterThan(300);
        expect(result.cancelled).toBeGreaterThan(300);
        expect(server.requests() > 0).toBe(place !== "here");
        expect(host.errors).toEqual([]);
      },
    );
  });
}

describe("the judge of the smoke program", () => {
  const host = hosted();

  it.for([
    ["over-counted", 1],
    ["under-counted", -1],
  ] as const)("says that an interpreter has %s", async ([verdict, by]) => {
    const functions = new StatefulFunctions("broken");
    const count = customType({
      typename: "smoke/count",
      // From some number on, nothing is written as it is.
      encode: (value: number) => int.encode(value > 20 ? value + by : value),
      decode: (stored) => int.decode(stored),
    });
    bindSmoke(functions, { ...v3Types(), count });
    const smoke = embeddedSmoke({ ids: 4, commands: 200, seed: 1 });
    const runtime = await host.start([functions], { egresses: smoke.egresses });
    const result = await smoke.run(runtime);
    expect(result).toMatchObject({ verdict, error: expect.stringMatching(/^id \d counted \d+/) });
  });
});
