import { defineModule, egress, keep, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { refusal } from "./support/refusal.ts";

const functions = new StatefulFunctions("mine");
functions.bind("test/echo", { accepts: string }, () => {});
const out = egress("test/out", string);
const good = { modules: [functions] };
const unknown = (value: unknown): never => value as never;

describe("options of a runtime", () => {
  it.each<[string, object, string]>([
    ["no modules", {}, "modules must be a module or a list, got undefined"],
    ["what is no module", { modules: [{ a: 1 }] }, "expected a module, got {a}"],
    ["an unknown option", { ...good, stores: 1 }, "stores"],
    [
      "a store that nobody made",
      { ...good, store: {} },
      "store must be made by memoryStore or sqliteStore",
    ],
    [
      "no tries",
      { ...good, retry: { maxAttempts: 0 } },
      "maxAttempts of retry of the runtime must be an integer",
    ],
    ["no time", { ...good, timeoutMs: 0 }, "timeoutMs must be an integer"],
    ["an unknown limit", { ...good, limits: { mailbox: 5 } }, "mailbox"],
    [
      "a limit that is none",
      { ...good, limits: { maxMailbox: 1.5 } },
      "maxMailbox must be an integer",
    ],
    ["a listener that is none", { ...good, onError: "log" }, "onError"],
    [
      "an egress that is bound twice",
      { ...good, egresses: [out.to(() => {}), keep(out)] },
      "egress test/out is bound twice, by egresses[0] of the options and by egresses[1] of the options",
    ],
    [
      "a binding that is none",
      { ...good, egresses: [out] },
      "egress test/out must be bound by egress.to or by keep",
    ],
    [
      "a delivery that is none",
      { ...good, egresses: { "test/out": 1 } },
      "the delivery of egress test/out",
    ],
    [
      "an egress without a namespace",
      { ...good, egresses: { out: () => {} } },
      "the typename of an egress",
    ],
  ])("refuse %s", async (_, options, text) => {
    const refused = await refusal(createRuntime(unknown(options)));
    expect(refused.code).toBe("invalid_argument");
    expect(refused.text).toContain(text);
  });

  it("refuse a function that two modules bind, naming both", async () => {
    const other = new StatefulFunctions("yours");
    other.bind("test/echo", () => {});
    const { code, text } = await refusal(createRuntime({ modules: [functions, other] }));
    expect(code).toBe("invalid_argument");
    for (const part of ["test/echo", "mine", "yours"]) expect(text).toContain(part);
  });

  it("refuse a way in that no connector starts, naming it and its module", async () => {
    const orders = { typename: "far/orders", "~ingress": undefined };
    const far = defineModule({ name: "far", ingresses: [orders] });
    const { code, text } = await refusal(createRuntime({ modules: [far] }));
    expect(code).toBe("invalid_argument");
    expect(text).toContain("ingress far/orders of module far needs a connector");
  });

  it("refuse paths and options of a store that cannot be", async () => {
    expect((await refusal(() => sqliteStore(""))).text).toContain("the path of a store");
    expect((await refusal(() => sqliteStore(":memory:"))).text).toContain("use memoryStore()");
    const loose = () => sqliteStore("x.db", unknown({ durability: "none" }));
    expect((await refusal(loose)).text).toContain('durability must be "full" or "normal"');
    const nowhere = createRuntime({ ...good, store: sqliteStore("/nowhere/at/all.db") });
    expect((await refusal(nowhere)).code).toBe("store_failed");
  });

  it("refuse a store that another runtime has open", async () => {
    const store = memoryStore();
    await using first = await createRuntime({ ...good, store });
    expect((await refusal(createRuntime({ ...good, store }))).code).toBe("store_locked");
    await first.close();
    await (await createRuntime({ ...good, store })).close();
  });
});
