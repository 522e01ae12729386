import { loadModule } from "statefun/module";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { applicationOf } from "../../src/sdk/modules/define-module.ts";
import { load } from "./loaded.ts";

const endpoint = async (rest: object, version = "v2") => {
  const spec = { functions: "demo/*", urlPathTemplate: "https://a", ...rest };
  const { endpoints } = await load({ kind: `io.statefun.endpoints.${version}/http`, spec });
  const [{ functions: _, urlPathTemplate: __, protocol: ___, ...settings } = {}] = endpoints;
  return settings;
};

describe("an endpoint", () => {
  it("has the transport's defaults, which are not written down", async () => {
    expect(await endpoint({})).toEqual({});
    expect(await endpoint({ transport: {} })).toEqual({ transport: { type: "async" } });
    expect(await endpoint({}, "v1")).toEqual({ transport: { type: "okhttp" } });
  });

  it("has all the settings of the async transport", async () => {
    const transport = {
      type: "io.statefun.transports.v1/async",
      timeouts: { call: "2 min", connect: "20 sec" },
      payload_max_bytes: "1000",
      pool_size: 2,
      pool_ttl: "15 s",
    };
    expect(await endpoint({ transport })).toEqual({
      timeoutMs: 120_000,
      transport: {
        type: "async",
        connectTimeoutMs: 20_000,
        maxPayloadBytes: 1_000,
        poolSize: 2,
        poolTtlMs: 15_000,
      },
    });
  });

  it("has all the settings of OkHttp, which v1 has without a transport", async () => {
    const timeouts = { call: "1 h", connect: 500, read: "2 minutes", write: "9 s" };
    const expected = {
      timeoutMs: 3_600_000,
      transport: {
        type: "okhttp",
        connectTimeoutMs: 500,
        readTimeoutMs: 120_000,
        writeTimeoutMs: 9_000,
      },
    };
    const transport = { type: "io.statefun.transports.v1/okhttp", timeouts };
    expect(await endpoint({ transport })).toEqual(expected);
    expect(await endpoint({ timeouts }, "v1")).toEqual(expected);
  });

  it("warns of a call of OkHttp that is shorter than its parts, which a cluster refuses", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: string) => warnings.push(warning);
    const transport = { type: "io.statefun.transports.v1/okhttp", timeouts: { call: "5 s" } };
    const spec = { functions: "demo/*", urlPathTemplate: "https://a", transport };
    await loadModule({ kind: "io.statefun.endpoints.v2/http", spec }, { onWarning });
    expect(warnings).toEqual([
      "spec.transport.timeouts.call: a Flink cluster refuses it unless connect, read and write are given too: each is 10 s by default, and must not be longer than the call",
    ]);
  });

  it("keeps the files of certificates, and warns that only a cluster uses them", async () => {
    const warnings: string[] = [];
    const text = `kind: io.statefun.endpoints.v2/http
spec:
  functions: demo/*
  urlPathTemplate: https://a
  transport:
    type: io.statefun.transports.v1/async
    trust_cacerts: file:/ca.pem
    client_key: classpath:key
`;
    const module = await loadModule(text, { onWarning: (warning) => warnings.push(warning) });
    const [endpoint] = applicationOf([module]).endpoints;
    expect(endpoint?.part.transport).toEqual({
      type: "async",
      trustCaCerts: "file:/ca.pem",
      clientKey: "classpath:key",
    });
    const why =
      "only a Flink cluster reads certificates from files: a runtime of this package refuses the endpoint";
    expect(warnings).toEqual([
      `spec.transport.trust_cacerts: ${why} (line 7, column 20)`,
      `spec.transport.client_key: ${why} (line 8, column 17)`,
    ]);
  });

  it.for([
    ["1min", 60_000],
    ["20 sec", 20_000],
    ["500 ms", 500],
    ["7", 7],
    ["3 H", 10_800_000],
    ["2 days", 172_800_000],
    ["1500 micros", 1],
    ["2000000ns", 2],
  ] as const)("takes the duration %s as Flink does", async ([call, timeoutMs]) => {
    expect(await endpoint({ transport: { timeouts: { call } } })).toMatchObject({ timeoutMs });
  });
});

describe("Kafka", () => {
  const ingress = async (rest: object) => {
    const topics = [{ topic: "in", valueType: "demo/In", targets: ["demo/a", "demo/b"] }];
    const spec = { id: "demo/in", address: "kafka:9092", consumerGroupId: "demo", topics, ...rest };
    const { ingresses } = await load({ kind: "io.statefun.kafka.v1/ingress", spec });
    return ingresses[0];
  };

  it("has an ingress with a runtime's defaults", async () => {
    expect(await ingress({})).toEqual({
      kind: "io.statefun.kafka.v1/ingress",
      typename: "demo/in",
      address: "kafka:9092",
      consumerGroupId: "demo",
      topics: [{ from: "in", valueType: "demo/In", targets: ["demo/a", "demo/b"] }],
      startupPosition: { type: "latest" },
      autoOffsetResetPosition: "latest",
      properties: new Map(),
    });
  });

  it("has every position to start from", async () => {
    const at = async (startupPosition: object) =>
      Object(await ingress({ startupPosition })).startupPosition;
    expect(await at({ type: "group-offsets" })).toEqual({ type: "group-offsets" });
    expect(await at({ type: "EARLIEST" })).toEqual({ type: "earliest" });
    const offsets = [{ "in/0": 91 }, { "in/1": "9007199254740993" }];
    expect(await at({ type: "specific-offsets", offsets })).toEqual({
      type: "specific-offsets",
      offsets: new Map([
        ["in/0", 91n],
        ["in/1", 9007199254740993n],
      ]),
    });
    for (const date of [
      "2020-02-01 04:15:00.000 Z",
      "2020-02-01 04:15:00.00 Z",
      "2020-02-01 06:15:00.000 +0200",
    ]) {
      const timestampMs = Date.UTC(2020, 1, 1, 4, 15);
      expect(await at({ type: "date", date })).toEqual({ type: "date", timestampMs });
    }
  });

  it("takes the broker and the group from the properties, which are a list or a map", async () => {
    const properties = [{ "bootstrap.servers": "other:9092" }, { "group.id": 7 }, { tls: true }];
    const given = { address: undefined, consumerGroupId: undefined };
    const expected = { address: "other:9092", consumerGroupId: "7" };
    expect(await ingress({ ...given, properties })).toMatchObject(expected);
    const map = Object.assign({}, ...properties);
    expect(await ingress({ ...given, properties: map })).toMatchObject({
      ...expected,
      properties: new Map([
        ["bootstrap.servers", "other:9092"],
        ["group.id", "7"],
        ["tls", "true"],
      ]),
    });
  });

  it("has an egress with every delivery semantic", async () => {
    const semantic = async (deliverySemantic?: object) => {
      const spec = { id: "demo/out", address: "kafka:9092", deliverySemantic };
      const { egresses } = await load({ kind: "io.statefun.kafka.v1/egress", spec });
      return Object(egresses[0]).deliverySemantic;
    };
    expect(await semantic()).toEqual({ type: "at-least-once" });
    expect(await semantic({ type: "none" })).toEqual({ type: "none" });
    expect(await semantic({ type: "exactly-once", transactionTimeout: "15 min" })).toEqual({
      type: "exactly-once",
      transactionTimeoutMs: 900_000,
    });
  });
});

it("Kinesis has regions, credentials and client settings", async () => {
  const access = {
    awsRegion: { type: "custom-endpoint", endpoint: "https://localhost:4567", id: "us-west-1" },
    awsCredentials: { type: "profile", profileName: "p", profilePath: "/aws" },
    clientConfigProperties: [{ SocketTimeout: 9999 }],
  };
  const streams = [{ stream: "in", valueType: "demo/In", targets: ["demo/a"] }];
  const { ingresses, egresses } = await load([
    {
      kind: "io.statefun.kinesis.v1/ingress",
      spec: { id: "demo/in", startupPosition: { type: "earliest" }, streams, ...access },
    },
    { kind: "io.statefun.kinesis.v1/egress", spec: { id: "demo/out" } },
  ]);
  expect(ingresses).toEqual([
    {
      kind: "io.statefun.kinesis.v1/ingress",
      typename: "demo/in",
      streams: [{ from: "in", valueType: "demo/In", targets: ["demo/a"] }],
      startupPosition: { type: "earliest" },
      ...access,
      clientConfigProperties: new Map([["SocketTimeout", "9999"]]),
    },
  ]);
  expect(egresses).toEqual([
    {
      kind: "io.statefun.kinesis.v1/egress",
      typename: "demo/out",
      maxOutstandingRecords: 1_000,
      awsRegion: { type: "default" },
      awsCredentials: { type: "default" },
      clientConfigProperties: new Map(),
    },
  ]);
});

it("the playground has two ports and its topics", async () => {
  const { ingresses, egresses } = await load(`kind: io.statefun.playground.v1/ingress
spec:
  port: 8090
---
kind: io.statefun.playground.v1/egress
spec:
  port: 8091
  topics:
    - receipts
`);
  expect(ingresses).toEqual([
    {
      kind: "io.statefun.playground.v1/ingress",
      typename: "io.statefun.playground/ingress",
      port: 8090,
    },
  ]);
  expect(egresses).toEqual([
    {
      kind: "io.statefun.playground.v1/egress",
      typename: "io.statefun.playground/egress",
      port: 8091,
      topics: ["receipts"],
    },
  ]);
});

describe("what needs a connector", () => {
  const topics = [{ topic: "in", valueType: "demo/In", targets: ["demo/a"] }];
  const kafka = {
    kind: "io.statefun.kafka.v1/ingress",
    spec: { id: "demo/logins", address: "kafka:9092", consumerGroupId: "demo", topics },
  };
  const kinesis = { kind: "io.statefun.kinesis.v1/egress", spec: { id: "demo/out" } };

  it("says which, and is loaded without it", async () => {
    const { ingresses, egresses } = applicationOf([await loadModule([kafka, kinesis])]);
    expect(Object(ingresses[0]?.part["~ingress"]).needs).toBe(
      "ingress demo/logins is a Kafka ingress: pass the binders of statefun/kafka-connector to loadModule",
    );
    expect(Object(egresses[0]?.part["~deliver"]).needs).toBe(
      "egress demo/out is a Kinesis egress, for which there is no connector: pass a binder for io.statefun.kinesis.v1/egress to loadModule",
    );
  });

  it("is refused by a runtime", async () => {
    const modules = [await loadModule(kafka)];
    await expect(createRuntime({ modules })).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("demo/logins"),
    });
  });
});
