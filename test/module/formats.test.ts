import { loadModule } from "statefun/module";
import { describe, expect, it } from "vitest";
import { load, partsOf } from "./loaded.ts";

const greeter = {
  functions: ["demo/greeter"],
  urlPathTemplate: "http://functions:8080/statefun",
  protocol: "v2",
  transport: { type: "okhttp" },
};

const functionOf = (states: string) => `
module:
  meta:
    type: remote
  spec:
    functions:
      - function:
          meta:
            kind: http
            type: demo/greeter
          spec:
            endpoint: http://functions:8080/statefun
            states:
${states}
    ingresses:
      - ingress:
          meta:
            type: statefun.kafka.io/routable-protobuf-ingress
            id: demo/logins
          spec:
            address: kafka:9092
            consumerGroupId: demo
            topics:
              - topic: logins
                typeUrl: demo.Login
                targets:
                  - demo/greeter
    egresses:
      - egress:
          meta:
            type: statefun.kafka.io/generic-egress
            id: demo/greetings
          spec:
            address: kafka:9092
`;

describe("a module of 2.x", () => {
  it("has names of states in format 1.0", async () => {
    const { endpoints, ingresses, egresses } = await load(
      `version: "1.0"${functionOf("              - foo\n              - bar")}`,
    );
    expect(endpoints).toEqual([{ ...greeter, states: [{ name: "foo" }, { name: "bar" }] }]);
    expect(ingresses).toMatchObject([
      { typename: "demo/logins", topics: [{ from: "logins", valueType: "demo.Login" }] },
    ]);
    expect(egresses).toMatchObject([
      { kind: "io.statefun.kafka.v1/egress", typename: "demo/greetings" },
    ]);
  });

  it("has states with their expirations in format 2.0, whose version may be a number", async () => {
    const states = `
              - name: forever
              - name: read
                expireAfter: 1 min
              - name: call
                expireAfter: 5000
                expireMode: after-invoke
              - name: write
                expireAfter: 2 d
                expireMode: after-write`;
    const { endpoints } = await load(`version: 2.0${functionOf(states)}`);
    expect(endpoints).toEqual([
      {
        ...greeter,
        states: [
          { name: "forever" },
          { name: "read", expireAfterCallMs: 60_000 },
          { name: "call", expireAfterCallMs: 5_000 },
          { name: "write", expireAfterWriteMs: 172_800_000 },
        ],
      },
    ]);
  });

  it("has times and batches of a function", async () => {
    const functions = [
      {
        function: {
          meta: { kind: "HTTP", type: "demo/a" },
          spec: {
            endpoint: "http+unix://host/functions.sock",
            timeout: "2min",
            connectTimeout: "1 s",
            readTimeout: "30 secs",
            writeTimeout: "1500ms",
            maxNumBatchRequests: 0,
          },
        },
      },
    ];
    const module = { meta: { type: "remote" }, spec: { functions } };
    const { endpoints } = await load({ version: "2.0", module });
    expect(endpoints).toEqual([
      {
        functions: ["demo/a"],
        urlPathTemplate: "http+unix://host/functions.sock",
        protocol: "v2",
        states: [],
        timeoutMs: 120_000,
        transport: {
          type: "okhttp",
          connectTimeoutMs: 1_000,
          readTimeoutMs: 30_000,
          writeTimeoutMs: 1_500,
        },
        // Without a limit, in Java's integers.
        maxNumBatchRequests: 2_147_483_647,
      },
    ]);
  });
});

it("the sample of the first README is read as it was printed, its null key included", async () => {
  const sample = `functions:
  - function:
    meta:
      kind: http
      type: demo/greeter
    spec:
      endpoint: http://<end point url>/statefun
      states:
        - foo
        - bar
        - baz
`;
  const warnings: string[] = [];
  const module = await loadModule(sample, { onWarning: (warning) => warnings.push(warning) });
  expect(partsOf(module).endpoints).toEqual([
    {
      ...greeter,
      urlPathTemplate: "http://<end point url>/statefun",
      states: [{ name: "foo" }, { name: "bar" }, { name: "baz" }],
    },
  ]);
  expect(warnings).toEqual([
    "functions[0].spec.endpoint: not a URL that can be called (line 7, column 17)",
  ]);
});

it("a module of 3.0 has endpoints for names and namespaces", async () => {
  const { endpoints, ingresses, egresses } = await load(`
version: "3.0"
module:
  meta:
    type: remote
  spec:
    endpoints:
      - endpoint:
          meta:
            kind: http
          spec:
            functions: showcase/*
            urlPathTemplate: http://host-machine:8000/{function.name}
            timeouts:
              call: 2min
    ingresses:
      - ingress:
          meta:
            type: io.statefun.kafka/ingress
            id: showcase/names
          spec:
            address: kafka:9092
            consumerGroupId: my-group-id
            topics:
              - topic: names
                valueType: showcase/GreetRequest
                targets:
                  - showcase/serving
    egresses:
      - egress:
          meta:
            type: io.statefun.kafka/egress
            id: showcase/greets
          spec:
            address: kafka:9092
            deliverySemantic:
              type: exactly-once
              transactionTimeoutMillis: 100000
`);
  expect(endpoints).toEqual([
    {
      functions: ["showcase/*"],
      urlPathTemplate: "http://host-machine:8000/{function.name}",
      protocol: "v3",
      timeoutMs: 120_000,
      transport: { type: "okhttp" },
    },
  ]);
  expect(ingresses).toMatchObject([{ typename: "showcase/names", consumerGroupId: "my-group-id" }]);
  expect(egresses).toMatchObject([
    { deliverySemantic: { type: "exactly-once", transactionTimeoutMs: 100_000 } },
  ]);
});

describe("documents with kinds", () => {
  const [a, b] = ["a", "b"].map(
    (name) => `kind: io.statefun.endpoints.v2/http
spec:
  functions: demo/${name}
  urlPathTemplate: http://${name}
`,
  );

  it("are as many as there are, and empty ones do not count", async () => {
    const { endpoints } = await load(`---\n${a}---\n# nothing\n---\n${b}---\n`);
    expect(endpoints.map(({ functions }) => functions)).toEqual([["demo/a"], ["demo/b"]]);
  });

  it("may be of Windows, in JSON, and with anchors", async () => {
    expect((await load(`\uFEFF${a}`)).endpoints).toHaveLength(1);
    expect((await load(`${a}`.replaceAll("\n", "\r\n"))).endpoints).toHaveLength(1);
    const spec = { functions: "demo/a", urlPathTemplate: "http://a" };
    const json = JSON.stringify({ kind: "io.statefun.endpoints.v2/http", spec });
    expect((await load(json)).endpoints).toHaveLength(1);
    const anchored = `kind: io.statefun.kafka.v1/ingress
spec:
  id: demo/in
  address: &name kafka:9092
  consumerGroupId: *name
  topics: [{ topic: a, valueType: demo/A, targets: [demo/a] }]
`;
    expect((await load(anchored)).ingresses).toMatchObject([{ consumerGroupId: "kafka:9092" }]);
  });

  it("may be objects, one or a list of them", async () => {
    const document = {
      kind: "io.statefun.endpoints.v2/http",
      spec: { functions: "demo/*", urlPathTemplate: "http://a", maxNumBatchRequests: 10 },
    };
    const endpoint = {
      functions: ["demo/*"],
      urlPathTemplate: "http://a",
      protocol: "v3",
      maxNumBatchRequests: 10,
    };
    expect((await load(document)).endpoints).toEqual([endpoint]);
    expect((await load([document, null])).endpoints).toEqual([endpoint]);
  });

  it("have a function and its namespace side by side", async () => {
    const { endpoints } = await load(`${a}---\n${`${b}`.replace("demo/b", "demo/*")}`);
    expect(endpoints).toHaveLength(2);
  });
});

describe("files put one behind another", () => {
  it("may each begin with a byte order mark", async () => {
    const egress = (id: string) =>
      `\uFEFFkind: io.statefun.kafka.v1/egress\nspec:\n  id: ${id}\n  address: kafka:9092\n`;
    const { egresses } = await load(
      `${egress("a/one")}---\n${egress("a/two")}\uFEFF---\n${egress("a/three")}`,
    );
    expect(egresses).toMatchObject(["a/one", "a/two", "a/three"].map((typename) => ({ typename })));
  });
});
