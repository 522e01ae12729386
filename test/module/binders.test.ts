import { address, egress, StatefulFunctions, string } from "statefun";
import { type Binder, loadModule } from "statefun/module";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { kafkaBinders } from "../../src/module/kinds/connector-binders.ts";
import { describedEgress, describedIngress } from "../../src/module/kinds/descriptions.ts";
import { load } from "./loaded.ts";

const queue = `# a comment
kind: acme/queue
spec:
  name: orders
  size: 3
  list: [1, { a: null }]
`;

/** Binders of programs in JavaScript, which may return anything. */
const failing: readonly (readonly [binder: () => unknown, message: string])[] = [
  [
    () => {
      throw new Error("no queue\nat all");
    },
    "the binder of acme/queue refused it: no queue at all",
  ],
  [
    () => undefined,
    "the binder of acme/queue refused it: expected an object of ingresses and egresses, got undefined",
  ],
  [
    () => ({ function: [] }),
    'the binder of acme/queue refused it: the parts of a module have no "function"',
  ],
  [() => ({ egresses: {} }), "the binder of acme/queue refused it: egresses of module"],
  [
    () => ({ ingresses: [7] }),
    "the binder of acme/queue refused it: expected an ingress or an egress, got 7",
  ],
];

describe("a binder", () => {
  it("is given plain data and its place", async () => {
    const seen: unknown[] = [];
    const binder: Binder = (spec, { path, line, column }) => {
      seen.push({ spec, path, line, column });
      return {};
    };
    await loadModule(queue, { binders: { "acme/queue": binder } });
    await loadModule({ kind: "acme/queue", spec: 7 }, { binders: { "acme/queue": binder } });
    expect(seen).toEqual([
      {
        spec: { name: "orders", size: 3, list: [1, { a: null }] },
        path: "spec",
        line: 4,
        column: 3,
      },
      { spec: 7, path: "spec", line: 0, column: 0 },
    ]);
  });

  it("adds functions and egresses, which run", async () => {
    const out = egress("acme/out", string);
    const records: unknown[] = [];
    const binder: Binder = (spec) => {
      const functions = new StatefulFunctions(String(Object(spec).name));
      functions.bind("acme/echo", { accepts: string }, (context, text) => context.emit(out, text));
      const binding = out.to((all) => void records.push(...all.map(({ value }) => value)));
      return { functions: [functions], egresses: [binding] };
    };
    const module = await loadModule(queue, { binders: { "acme/queue": binder } });
    expect(module["~module"]).toBe("module.yaml");
    const runtime = await createRuntime({ modules: [module] });
    await runtime.send(address("acme/echo", "1"), string.of("hello"));
    await runtime.idle();
    await runtime.close();
    expect(records).toEqual(["hello"]);
  });

  it("may take its time", async () => {
    const binders = { "acme/queue": async () => ({ endpoints: [] }) };
    expect(await load(queue, { binders })).toEqual({ endpoints: [], ingresses: [], egresses: [] });
  });

  it("comes before one that is built in", async () => {
    const binders = { "io.statefun.endpoints.v2/http": () => ({}) };
    const file = "kind: io.statefun.endpoints.v2/http\nspec: { functions: nonsense }\n";
    expect((await load(file, { binders })).endpoints).toEqual([]);
  });

  it("gets the id of an older format with the settings", async () => {
    const seen: unknown[] = [];
    const binder: Binder = (spec, at) => {
      seen.push(spec, at.path);
      return {};
    };
    const spec = {
      ingresses: [{ ingress: { meta: { type: "acme/in", id: "a/b" }, spec: { x: 1 } } }],
    };
    const module = { version: "3.0", module: { meta: { type: "remote" }, spec } };
    await loadModule(module, { binders: { "acme/in": binder } });
    expect(seen).toEqual([{ x: 1, id: "a/b" }, "module.spec.ingresses[0].ingress.spec"]);
  });

  it.for(failing)("that fails is an error with the place (%#)", async ([binder, message]) => {
    const binders = { "acme/queue": binder as Binder };
    await expect(loadModule(queue, { binders })).rejects.toMatchObject({
      code: "module_invalid",
      message: expect.stringMatching(/^spec: .* \(line 4, column 3\)$/),
    });
    await expect(loadModule(queue, { binders })).rejects.toThrow(message);
  });

  it("must be a function", async () => {
    const binders = { "acme/queue": "queue" as unknown as Binder };
    await expect(loadModule(queue, { binders })).rejects.toMatchObject({
      code: "invalid_argument",
      message: 'the binder of acme/queue must be a function, got "queue"',
    });
  });
});

describe("the binders of a connector", () => {
  it("get what was read, from every format, with its places", async () => {
    const binders = kafkaBinders({
      ingress: (description) => ({
        ...describedIngress(description),
        "~ingress": { description, start() {} },
      }),
      egress: describedEgress,
    });
    const spec = (valueType: string) => ({
      address: "kafka:9092",
      consumerGroupId: "demo",
      topics: [{ topic: "a", [valueType]: "demo/A", targets: ["demo/a"] }],
    });
    const legacy = (version: string, type: string, valueType: string) => ({
      version,
      module: {
        spec: {
          ingresses: [{ ingress: { meta: { type, id: "demo/in" }, spec: spec(valueType) } }],
        },
      },
    });
    const [first, ...others] = await Promise.all(
      [
        { kind: "io.statefun.kafka.v1/ingress", spec: { id: "demo/in", ...spec("valueType") } },
        legacy("3.0", "io.statefun.kafka/ingress", "valueType"),
        legacy("2.0", "statefun.kafka.io/routable-protobuf-ingress", "typeUrl"),
      ].map(async (file) => (await load(file, { binders })).ingresses),
    );
    expect(first).toMatchObject([{ typename: "demo/in" }]);
    for (const other of others) expect(other).toEqual(first);
    const broken = "kind: io.statefun.kafka.v1/egress\nspec:\n  id: demo\n";
    await expect(loadModule(broken, { binders })).rejects.toThrow("spec.id: expected a name");
    await expect(loadModule(broken, { binders })).rejects.toThrow("(line 3, column 7)");
  });
});
