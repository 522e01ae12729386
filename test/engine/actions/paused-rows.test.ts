import { StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import type { InstancesWant } from "../../../src/engine/contract/instances.ts";
import { listInstances } from "../../../src/engine/views/instance-list.ts";
import { rowOf } from "../../../src/engine/views/instance-row.ts";
import { acting, order, sendText } from "./support.ts";

const typename = "test/note";

function noting(): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind(typename, { accepts: string, state: { note: string } }, (context, text) => {
    context.state.note = text;
  });
  return functions;
}

const listed = async (engine: Engine, want: Partial<InstancesWant> = {}) => {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const asked = { typename, limit: 2, ...want, ...(after === undefined ? {} : { after }) };
    const page = await listInstances(engine.partition, asked);
    ids.push(...page.instances.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
};

// The store of an object lists no ids.
describe.each(["memory", "sqlite"] as const)(
  "an instance that is paused and has nothing, on %s,",
  (kind) => {
    const host = acting(kind);

    it("has a row, in every list that it belongs to, until it is resumed", async () => {
      let engine = await host.start(noting());
      for (const id of ["a", "c", "e"]) await sendText(engine, { typename, id }, "x");
      await engine.idle();
      for (const id of ["b", "c", "f"]) await order(engine, { kind: "pause", typename, id });
      for (const _ of ["before a restart", "after it"]) {
        expect(rowOf(engine.partition, typename, "b")).toMatchObject({
          ...{ id: "b", isPaused: true, waiting: 0, states: 0 },
        });
        expect(await listed(engine)).toEqual(["a", "b", "c", "e", "f"]);
        expect(await listed(engine, { prefix: "b" })).toEqual(["b"]);
        expect(await listed(engine, { is: "paused" })).toEqual(["b", "c", "f"]);
        expect(await listed(engine, { is: "waiting" })).toEqual([]);
        engine = await host.start(noting());
      }
      await order(engine, { kind: "resume", typename, id: "b" });
      expect(rowOf(engine.partition, typename, "b")).toBeUndefined();
      expect(await listed(engine, { is: "paused" })).toEqual(["c", "f"]);
    });

    it("is not each one that there could be of a function that is paused", async () => {
      const engine = await host.start(noting());
      await sendText(engine, { typename, id: "a" }, "x");
      await engine.idle();
      await order(engine, { kind: "pause", typename, id: "b" });
      await order(engine, { kind: "pause", typename });
      expect(rowOf(engine.partition, typename, "z")).toBeUndefined();
      expect(await listed(engine, { is: "paused" })).toEqual(["a", "b"]);
      await order(engine, { kind: "resume", typename });
      expect(await listed(engine, { is: "paused" })).toEqual(["b"]);
    });
  },
);
