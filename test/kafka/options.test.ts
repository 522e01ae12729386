import { inspect } from "node:util";
import { defineModule, int, json, StatefulFunctions, shape, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import {
  kafkaBinders,
  kafkaDelivery,
  kafkaIngress,
  optional,
  raw,
  utf8,
} from "statefun/kafka-connector";
import { describeModule, loadModule } from "statefun/module";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { formatOf } from "../../src/sdk/egress/egress.ts";

const Note = json("test/Note", shape<{ text: string }>());
const functions = new StatefulFunctions();
const notes = functions.bind("test/notes", { accepts: Note }, () => {});
const anything = functions.bind("test/anything", () => {});
const texts = functions.bind("test/texts", { accepts: string }, () => {});
const valid = {
  brokers: "a:9092,b:9092",
  topics: ["in"],
  consumerGroup: "g",
  value: Note,
  targets: [notes],
};
/** With options that the compiler would refuse. */
const ingress = (options: object) => kafkaIngress("test/in", { ...valid, ...options } as never);
const out = kafkaEgress("test/out");

/** Values that the client, or each broker, would refuse later and in other words. */
const wrongProperties: readonly (readonly [name: string, value: string, reason: string])[] = [
  ["session.timeout.ms", "0", "an integer from 1 to 2147483647"],
  ["session.timeout.ms", "-5", "an integer from 1 to 2147483647"],
  ["session.timeout.ms", "1e4", "an integer from 1 to 2147483647"],
  ["max.poll.interval.ms", "99999999999", "an integer from 1 to 2147483647"],
  ["heartbeat.interval.ms", "30000", "less than session.timeout.ms, which is 30000"],
  ["request.timeout.ms", "0", "an integer from 1 to 2147483647"],
  ["fetch.max.bytes", "2147483648", "an integer from 0 to 2147483647"],
  ["group.instance.id", "", "1 to 249 of the characters a-z A-Z 0-9 . _ -"],
  ["group.instance.id", "a b", "1 to 249 of the characters a-z A-Z 0-9 . _ -"],
  ["security.protocol", "SASL_SSL", "given together with sasl.mechanism"],
  ["sasl.mechanism", "GSSAPI", "one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"],
];

describe("kafkaIngress refuses", () => {
  const wrong: readonly (readonly [options: object, reason: RegExp])[] = [
    [{ brokers: "localhost" }, /brokers of ingress test\/in must be host:port, .* got "localhost"/],
    [{ brokers: "" }, /brokers of ingress test\/in must not be empty/],
    [{ topics: [] }, /topics of ingress test\/in must be a list of names/],
    [{ topics: ["t", "u", "t"] }, /topics of ingress test\/in must differ, got "t" twice/],
    [
      { startupPosition: { offsets: { "inn/0": 1n } } },
      /startupPosition of ingress test\/in has "inn\/0", a topic that it does not read/,
    ],
    [{ topics: ["a/b"] }, /a topic of ingress test\/in must have .* got "a\/b"/],
    [{ topics: [".."] }, /a topic of ingress test\/in/],
    [{ consumerGroup: "" }, /consumerGroup of ingress test\/in must not be empty/],
    [{ value: "json" }, /value of ingress test\/in must be a type, utf8 or raw/],
    [{ route: () => {} }, /ingress test\/in must have either targets or a route/],
    [{ targets: undefined }, /ingress test\/in must have either targets or a route/],
    [{ targets: [] }, /targets of ingress test\/in must be a list of functions/],
    [
      { targets: [texts] },
      /test\/texts accepts io.statefun.types\/string, got a message of test\/Note/,
    ],
    [{ value: raw }, /test\/notes accepts test\/Note, got a message of statefun\/raw/],
    [{ startupPosition: "first" }, /startupPosition of ingress test\/in must be "group-offsets"/],
    [{ startupPosition: { offsets: { in: 1n } } }, /startupPosition of ingress test\/in/],
    [{ startupPosition: { timestampMs: -1 } }, /startupPosition of ingress test\/in/],
    [
      { autoOffsetResetPosition: "fail" },
      /autoOffsetResetPosition .* must be "earliest" or "latest"/,
    ],
    [{ onInvalid: "drop" }, /onInvalid of ingress test\/in must be "fail", "skip" or/],
    [{ onInvalid: { deadLetter: "f" } }, /onInvalid of ingress test\/in/],
    [{ tls: true }, /tls of ingress test\/in must be an object/],
    [{ group: "g" }, /the options of ingress test\/in have no "group"/],
    [
      { properties: { "linger.ms": "1" } },
      /property "linger.ms" of ingress test\/in is not supported/,
    ],
    [{ properties: { "fetch.min.bytes": "x" } }, /property fetch.min.bytes .* must be an integer/],
    ...wrongProperties.map(([name, value, reason]): [object, RegExp] => [
      { properties: { [name]: value } },
      new RegExp(`^property ${name} of ingress test/in must be ${reason}, got "${value}"$`),
    ]),
    [
      { properties: { "session.timeout.ms": "8000", "heartbeat.interval.ms": "8000" } },
      /heartbeat.interval.ms .* must be less than session.timeout.ms, which is 8000, got "8000"/,
    ],
    [
      { sasl: { mechanism: "plain" } },
      /mechanism of the sasl of ingress test\/in must be one of PLAIN,/,
    ],
    [
      { sasl: {} },
      /mechanism of the sasl of ingress test\/in must be one of PLAIN,.* got undefined/,
    ],
    [{ properties: { "isolation.level": "x" } }, /read_committed or read_uncommitted, got "x"/],
    [{ properties: { "sasl.mechanism": "PLAIN" } }, /given together with sasl.jaas.config/],
    [
      { properties: { "ssl.truststore.type": "JKS" } },
      /must be PEM: keystores of Java cannot be read/,
    ],
  ];
  // At every depth.
  const named = wrong.map(
    ([options, reason]) => [inspect(options, false, null), options, reason] as const,
  );

  it.each(named)("%s", (_, options, reason) => {
    expect(() => ingress(options)).toThrow(reason);
  });

  it("secrets in its errors", () => {
    const properties = { "sasl.mechanism": "PLAIN", "sasl.jaas.config": 'username="me" secret' };
    expect(() => ingress({ properties })).toThrow(/username="…" and password="…", got "PLAIN"$/);
  });
});

it("takes values that each target takes", () => {
  ingress({ value: utf8, targets: [texts, anything] });
  ingress({ value: optional(utf8), targets: [texts] });
  ingress({ value: int, targets: undefined, route: () => {} });
});

it("kafkaDelivery refuses what would lose records or their order", () => {
  const delivery = (options: object) => kafkaDelivery(out, { brokers: "a:1", ...options });
  expect(() => delivery({ properties: { acks: "1" } })).toThrow(
    'property acks of the delivery of test/out must be all: records are deleted here as soon as they are delivered, got "1"',
  );
  expect(() => delivery({ properties: { "enable.idempotence": "false" } })).toThrow(/must be true/);
  for (const compression of ["foo", "GZIP", "", "producer"]) {
    expect(() => delivery({ properties: { "compression.type": compression } })).toThrow(
      `property compression.type of the delivery of test/out must be one of none, gzip, snappy, lz4, zstd, got "${compression}"`,
    );
  }
  expect(() => delivery({ onRefused: "skip" })).toThrow(
    'onRefused of the delivery of test/out must be "wait", "dead-letter" or "drop", got "skip"',
  );
  expect(() => delivery({ topics: [] })).toThrow(/have no "topics"/);
  expect(() => delivery({ brokers: ":9092" })).toThrow(/must be host:port/);
});

describe("a tombstone", () => {
  const tombs = new StatefulFunctions();
  const tomb = tombs.bind("test/tomb", { accepts: string }, (context) => {
    context.emit(out, { topic: "t", key: "k", value: null });
  });

  it("is emitted where an engine of ours delivers, and differs from an empty value", async () => {
    const runtime = await createTestRuntime(tombs);
    await runtime.send(tomb.at("1"), "x");
    expect(runtime.emitted(out)).toEqual([{ topic: "t", key: "k", value: null }]);
  });

  it.each(["send", "refuse"] as const)(
    "is refused where a cluster delivers, also one that knows headers (%s)",
    (kafkaHeaders) => {
      const record = { topic: "t", key: "k", value: null };
      const encode = (wire: "v2" | "v3") => () =>
        formatOf(out).encode(record, undefined, { kafkaHeaders, wire });
      for (const wire of ["v2", "v3"] as const) {
        expect(encode(wire)).toThrow(
          "a record for test/out is a tombstone, which no cluster can write",
        );
      }
    },
  );
});

it("is written to a module file and read back, where a file can say it", async () => {
  const startupPosition = { offsets: { "in/0": 7n } };
  const properties = { "security.protocol": "SSL" };
  const made = defineModule({
    name: "kafka",
    functions: [functions],
    ingresses: [ingress({ startupPosition, properties, clientId: "me" })],
    egresses: [kafkaDelivery(out, { brokers: "a:9092" })],
  });
  const options = { urlPathTemplate: "http://localhost/{function.name}" };
  const text = describeModule(made, options);
  expect(text).toContain("io.statefun.kafka.v1/ingress");
  const read = await loadModule(text, { binders: kafkaBinders() });
  expect(describeModule(read, options)).toBe(text);
  const routed = ingress({ targets: undefined, route: () => {} });
  const other = defineModule({ name: "routed", ingresses: [routed] });
  expect(() => describeModule(other, options)).toThrow(/ingress test\/in .* which is made by code/);
});
