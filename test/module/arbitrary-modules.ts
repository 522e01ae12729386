import fc from "fast-check";
import { defineModule, type FunctionRef, functionRef, type RemoteEndpoint } from "statefun";
import {
  type AwsAccess,
  describedEgress,
  describedIngress,
  type KafkaEgressDescription,
  type KafkaIngressDescription,
  type KinesisEgressDescription,
  type KinesisIngressDescription,
  type StartupPosition,
} from "../../src/module/kinds/descriptions.ts";

/** Texts that YAML could take for something else, but for those that would be variables. */
const text = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      "yes",
      "007",
      "1e3",
      "null",
      "~",
      "- a",
      "a: b",
      "#x",
      "'",
      '"',
      "é\n ",
      "2020-01-01",
      "0x1F",
      "*a",
      "!b",
      "{",
    ),
  )
  .filter((one) => one.isWellFormed() && !/\$\{.*?\}/.test(one));
const part = text.map((one) => one.replaceAll(/[/*]/g, "_"));
const typename = fc.tuple(part, part).map(([space, name]) => `${space}/${name}` as const);
const duration = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  fc.integer({ min: 1, max: 100 }).map((minutes) => minutes * 60_000),
);
const size = fc.integer({ min: 1, max: 2_147_483_647 });
const url = fc.constantFrom("http://a", "https://a:1/{function.name}", "http+unix://a/b.sock");
const properties = fc.dictionary(text, text).map((table) => new Map(Object.entries(table)));

/** Without those that are undefined. */
function optional<T extends object>(
  values: { [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<Partial<T>> {
  // The library's own type of this is the same, spelt so that the compiler cannot tell.
  return fc.record(values, { requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<T>>;
}

const okHttpTimes = fc
  .tuple(
    fc.option(duration, { nil: undefined }),
    optional({ connectTimeoutMs: duration, readTimeoutMs: duration, writeTimeoutMs: duration }),
  )
  .map(([timeoutMs, parts]) => {
    const most = timeoutMs ?? 60_000;
    const within = Object.entries(parts).map(([name, ms]) => [name, Math.min(ms, most)] as const);
    const transport = { type: "okhttp" as const, ...Object.fromEntries(within) };
    return timeoutMs === undefined ? { transport } : { transport, timeoutMs };
  });

const asyncTimes = fc
  .tuple(
    optional({
      connectTimeoutMs: duration,
      maxPayloadBytes: size,
      poolSize: size,
      poolTtlMs: duration,
      trustCaCerts: text,
      clientCert: text,
      clientKey: text,
      clientKeyPassword: text,
    }),
    optional({ timeoutMs: duration }),
  )
  .map(([settings, times]) => ({ ...times, transport: { type: "async" as const, ...settings } }));

const batch = optional({ maxNumBatchRequests: size });

const state = fc
  .tuple(text, fc.constantFrom("none", "expireAfterWriteMs", "expireAfterCallMs"), duration)
  .map(([name, mode, ms]) => (mode === "none" ? { name } : { name, [mode]: ms }));

const states = fc.uniqueArray(state, { selector: ({ name }) => name, maxLength: 3 });

type Target = FunctionRef | `${string}/*`;

/** Endpoints with a function or a namespace each, as a file has them. */
function endpoints(target: fc.Arbitrary<Target>, rest: fc.Arbitrary<object>) {
  const endpoint = fc.tuple(target, url, batch, rest).map(
    ([one, urlPathTemplate, ...settings]): RemoteEndpoint => ({
      ...Object.assign({}, ...settings),
      functions: [one],
      urlPathTemplate,
    }),
  );
  const nameOf = ({ functions: [one] }: RemoteEndpoint) =>
    typeof one === "string" ? one : String(one?.typename);
  return fc.uniqueArray(endpoint, { selector: nameOf, maxLength: 4 });
}

const single = typename.map((name) => functionRef(name));
const anyTarget: fc.Arbitrary<Target> = fc.oneof(
  single,
  part.map((space) => `${space}/*` as const),
);
const v3 = fc.constant({ protocol: "v3" as const });
const merged = (...all: readonly fc.Arbitrary<object>[]) =>
  fc.tuple(...all).map((some): object => Object.assign({}, ...some));

const ofFormat = {
  kind: endpoints(anyTarget, merged(v3, fc.oneof(okHttpTimes, asyncTimes, fc.constant({})))),
  "3.0": endpoints(anyTarget, merged(v3, okHttpTimes)),
  "2.0": endpoints(
    single,
    merged(fc.record({ protocol: fc.constant("v2"), states }), okHttpTimes),
  ).map((all) =>
    all.map((one) => ({ ...one, urlPathTemplate: one.urlPathTemplate.replaceAll(/[{}]/g, "") })),
  ),
};

const routing = fc.record({
  from: text,
  valueType: text,
  targets: fc.array(typename, { minLength: 1, maxLength: 3 }),
});
const routings = fc.uniqueArray(routing, {
  selector: ({ from }) => from,
  minLength: 1,
  maxLength: 3,
});
const date = fc.record({
  type: fc.constant("date" as const),
  timestampMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
});
const simple = (...types: readonly ("group-offsets" | "earliest" | "latest")[]) =>
  fc.record({ type: fc.constantFrom(...types) });
const offsets = fc
  .array(fc.tuple(part, fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n })), { minLength: 1 })
  .map((all) => new Map(all.map(([topic, index, offset]) => [`${topic}/${index}`, offset])));
const kafkaPosition: fc.Arbitrary<StartupPosition> = fc.oneof(
  simple("group-offsets", "earliest", "latest"),
  date,
  fc.record({ type: fc.constant("specific-offsets" as const), offsets }),
);

const kafkaIngress: fc.Arbitrary<KafkaIngressDescription> = fc.record({
  kind: fc.constant("io.statefun.kafka.v1/ingress" as const),
  typename,
  address: text,
  consumerGroupId: text,
  topics: routings,
  startupPosition: kafkaPosition,
  autoOffsetResetPosition: fc.constantFrom("earliest" as const, "latest" as const),
  properties,
});
const kafkaEgress: fc.Arbitrary<KafkaEgressDescription> = fc.record({
  kind: fc.constant("io.statefun.kafka.v1/egress" as const),
  typename,
  address: text,
  deliverySemantic: fc.oneof(
    fc.record({ type: fc.constantFrom("at-least-once" as const, "none" as const) }),
    fc.record({ type: fc.constant("exactly-once" as const), transactionTimeoutMs: size }),
  ),
  properties,
});

const access: fc.Arbitrary<AwsAccess> = fc.record({
  awsRegion: fc.oneof(
    fc.record({ type: fc.constant("default" as const) }),
    fc.record({ type: fc.constant("specific" as const), id: text }),
    fc.record({ type: fc.constant("custom-endpoint" as const), endpoint: text, id: text }),
  ),
  awsCredentials: fc.oneof(
    fc.record({ type: fc.constant("default" as const) }),
    fc.record({ type: fc.constant("basic" as const), accessKeyId: text, secretAccessKey: text }),
    fc.record({ type: fc.constant("profile" as const), profileName: text, profilePath: text }),
  ),
  clientConfigProperties: properties,
});
const kinesisIngress = fc
  .tuple(
    access,
    fc.record({
      kind: fc.constant("io.statefun.kinesis.v1/ingress" as const),
      typename,
      streams: routings,
      startupPosition: fc.oneof(simple("earliest", "latest"), date),
    }),
  )
  .map(([aws, rest]): KinesisIngressDescription => ({ ...aws, ...rest }));
const kinesisEgress = fc
  .tuple(
    access,
    fc.record({
      kind: fc.constant("io.statefun.kinesis.v1/egress" as const),
      typename,
      maxOutstandingRecords: size,
    }),
  )
  .map(([aws, rest]): KinesisEgressDescription => ({ ...aws, ...rest }));

const byName = {
  selector: ({ typename }: { readonly typename: string }) => typename,
  maxLength: 3,
};

/** Modules that a file of the format can say, with at least one thing in them. */
export function arbitraryModule(format: "kind" | "3.0" | "2.0") {
  return fc
    .record({
      name: text,
      endpoints: ofFormat[format],
      ingresses: fc
        .uniqueArray(fc.oneof(kafkaIngress, kinesisIngress), byName)
        .map((all) => all.map(describedIngress)),
      egresses: fc
        .uniqueArray(fc.oneof(kafkaEgress, kinesisEgress), byName)
        .map((all) => all.map(describedEgress)),
    })
    .filter(({ endpoints, ingresses, egresses }) => {
      return endpoints.length + ingresses.length + egresses.length > 0;
    })
    .map((parts) => defineModule(parts));
}
