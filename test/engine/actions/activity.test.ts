import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { localApplication } from "../../../src/host/application.ts";
import { surfaceHost } from "../../../src/host/engine-surface.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { platformClock } from "../../../src/host/platform.ts";
import { acting, activity, order } from "./support.ts";

describe("the record of what operators did", () => {
  const host = acting("memory");

  it("is shown to nobody who reads kept egresses, though in development all of them are kept", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/echo", { accepts: string }, () => {});
    const engine = await host.start(functions, {}, { keepsUnbound: true });
    await order(engine, { kind: "pause", typename: "test/echo" });
    expect(activity(engine)).toHaveLength(1);
    const options = resolveRuntimeOptions({ modules: [functions] });
    const surface = surfaceHost({
      engine: () => engine,
      clock: platformClock,
      application: localApplication(options),
      unbound: { names: new Set(), format: "json" as never },
    });
    expect(surface.keptEgress("statefun/activity")).toBeUndefined();
    expect([...surface.keptEgresses()]).toEqual([]);
  });
});
