import { loadModule } from "statefun/module";
import { describe, expect, it, vi } from "vitest";

async function warningsOf(source: string | object): Promise<readonly string[]> {
  const warnings: string[] = [];
  await loadModule(source, { onWarning: (warning) => warnings.push(warning) });
  return warnings;
}

const misspelt = `kind: io.statefun.endpoints.v2/http
spce: {}
spec:
  functions: demo/*
  urlPathTemplate: http://a
  maxNumBatchRequest: 3
  transports:
    type: io.statefun.transports.v1/async
  transport:
    timeouts:
      read: 1 s
    poolSize: 3
`;

describe("what nobody reads", () => {
  it("is a warning, with its path, its place and the name that was meant", async () => {
    expect(await warningsOf(misspelt)).toEqual([
      "spce: unknown property, did you mean spec? (line 2, column 1)",
      "spec.transport.timeouts.read: ignored: only the transport io.statefun.transports.v1/okhttp has this setting (line 11, column 13)",
      "spec.transport.poolSize: unknown property, did you mean pool_size? (line 12, column 5)",
      "spec.maxNumBatchRequest: unknown property, did you mean maxNumBatchRequests? (line 6, column 3)",
      "spec.transports: unknown property, did you mean transport? (line 7, column 3)",
    ]);
  });

  it("is found in the older formats too", async () => {
    const warnings = await warningsOf({
      version: "2.0",
      module: {
        meta: { type: "remote", name: "x" },
        spec: {
          function: [],
          functions: [
            {
              function: {
                meta: { kind: "http", type: "a/b" },
                spec: { endpoint: "http://a" },
                sepc: 1,
              },
            },
          ],
        },
      },
    });
    expect(warnings).toEqual([
      "module.meta.name: unknown property",
      "module.spec.functions[0].function.sepc: unknown property, did you mean spec?",
      "module.spec.function: unknown property, did you mean functions?",
    ]);
  });

  it("has its name taken as it is", async () => {
    const text = `kind: io.statefun.kafka.v1/egress
spec:
  id: a/b
  address: kafka:9092
  __proto__: { id: c/d }
  constructor: 1
  "a b": 2
`;
    expect(await warningsOf(text)).toEqual([
      "spec.__proto__: unknown property (line 5, column 3)",
      "spec.constructor: unknown property (line 6, column 3)",
      'spec["a b"]: unknown property (line 7, column 3)',
    ]);
    expect(Object(Object.prototype).id).toBeUndefined();
  });

  it("is written to the console by default, a line each", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    try {
      await loadModule(misspelt);
      expect(warn).toHaveBeenCalledTimes(5);
      for (const [line] of warn.mock.calls)
        expect(line).toMatch(/^[^\n]+ \(line \d+, column \d+\)$/);
    } finally {
      warn.mockRestore();
    }
  });

  it("is a tag that YAML does not know, and a property of a client that is given twice", async () => {
    const text = `kind: io.statefun.kafka.v1/egress
spec:
  id: a/b
  address: !env kafka:9092
  properties:
    - acks: all
    - acks: 1
`;
    expect(await warningsOf(text)).toEqual([
      "unresolved tag: !env (line 4, column 12)",
      "spec.properties[1].acks: property acks is given twice, and the last one is used (line 7, column 7)",
    ]);
  });
});

it("a module that is right has no warnings", async () => {
  const text = misspelt.split("\n").slice(0, 5).join("\n").replace("spce: {}\n", "");
  expect(await warningsOf(text)).toEqual([]);
});
