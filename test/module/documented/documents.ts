/** The releases that were asked; 2.0.0 and 3.1.1 cannot be had from Maven Central. */
export const askedReleases = ["2.1.0", "2.2.2", "3.0.0", "3.1.0", "3.2.0", "3.3.0"] as const;
export type AskedRelease = (typeof askedReleases)[number];

/** A module file in a spelling that the documentation of some release shows, or its neighbour. */
export interface DocumentedFile {
  readonly name: string;
  readonly yaml: string;
  /** Releases that read the format at all. */
  readonly releases: readonly AskedRelease[];
  /** Why a release and `loadModule` may differ here, by release. */
  readonly differs?: Partial<Record<AskedRelease, string>>;
}

const kinds = ["3.1.0", "3.2.0", "3.3.0"] as const;
const format3 = ["3.0.0", ...kinds] as const;
const format2 = ["2.1.0", "2.2.2"] as const;

const noAsync = "3.1.0 has OkHttp without a type, which is the default of nobody later";
const noM = "before 3.3 the unit m of the documentation is not known, and the file is refused";
const tooShort = "refused, since the parts of a call have 10 s by default; here a warning";
const dateThere = "the documented date is not read by any release: it wants three digits and +0000";
const zeroThere = "the documented 0 is read, and stops the job when the state is first used";

/** `lines` below `spec`, in the format of kinds. */
function kind(name: string, type: string, lines: string): Pick<DocumentedFile, "name" | "yaml"> {
  return { name, yaml: `kind: ${type}\nspec:\n${indented(lines, 2)}` };
}

function indented(text: string, by: number): string {
  const lines = text.trim().split("\n");
  return lines.map((line) => `${" ".repeat(by)}${line}\n`).join("");
}

const endpoint = "functions: com.example/*\nurlPathTemplate: https://bar.foo.com/{function.name}\n";
const withTransport = (name: string, lines: string) =>
  kind(name, "io.statefun.endpoints.v2/http", `${endpoint}transport:\n${indented(lines, 2)}`);
const netty = (name: string, lines: string) =>
  withTransport(name, `type: io.statefun.transports.v1/async\n${lines}`);
const okHttp = (name: string, lines: string) =>
  withTransport(name, `type: io.statefun.transports.v1/okhttp\n${lines}`);
const endpointV1 = (name: string, lines: string) =>
  kind(name, "io.statefun.endpoints.v1/http", endpoint + lines);

const endpoints: readonly DocumentedFile[] = [
  {
    ...kind("endpoint-plain", "io.statefun.endpoints.v2/http", endpoint),
    releases: kinds,
    differs: { "3.1.0": noAsync },
  },
  {
    ...kind("endpoint-batch", "io.statefun.endpoints.v2/http", `${endpoint}maxNumBatchRequests: 7`),
    releases: kinds,
    differs: { "3.1.0": noAsync },
  },
  {
    ...withTransport("timeouts-without-type", "timeouts:\n  call: 1 min\n  read: 10 sec\n"),
    releases: kinds,
    differs: { "3.1.0": "3.1.0 wants a type beside the settings of a transport" },
  },
  {
    ...netty(
      "async-documented",
      "call: 2m\nconnect: 20s\npool_ttl: 15s\npool_size: 1024\npayload_max_bytes: 33554432",
    ),
    releases: kinds,
    differs: { "3.1.0": noM, "3.2.0": noM },
  },
  { ...netty("async-plain", ""), releases: kinds },
  { ...netty("async-call", "call: 90 s"), releases: kinds },
  { ...netty("async-connect", "connect: 3 s"), releases: kinds },
  {
    ...netty("async-timeouts", "timeouts:\n  call: 7 s"),
    releases: kinds,
    differs: { "3.1.0": "timeouts of async are not read, so that its call has two minutes" },
  },
  {
    ...netty("async-timeouts-connect", "timeouts:\n  connect: 7 s"),
    releases: kinds,
    differs: { "3.1.0": "timeouts of async are not read" },
  },
  {
    ...netty("async-both", "call: 5 s\nconnect: 3 s\ntimeouts:\n  call: 7 s"),
    releases: kinds,
    differs: { "3.1.0": "timeouts of async are not read" },
  },
  { ...netty("async-pool-ttl-0", "pool_ttl: 0"), releases: kinds },
  { ...netty("async-pool-ttl-0s", "pool_ttl: 0s"), releases: kinds },
  { ...okHttp("okhttp-plain", ""), releases: kinds },
  { ...okHttp("okhttp-timeouts", "timeouts:\n  call: 30 s\n  read: 20 s"), releases: kinds },
  {
    ...okHttp("okhttp-call-too-short", "timeouts:\n  call: 5 s"),
    releases: kinds,
    differs: { "3.1.0": tooShort, "3.2.0": tooShort, "3.3.0": tooShort },
  },
  { ...okHttp("okhttp-read-too-long", "timeouts:\n  read: 2 min"), releases: kinds },
  { ...okHttp("okhttp-call-0", "timeouts:\n  call: 0"), releases: kinds },
  { ...endpointV1("v1-plain", ""), releases: kinds },
  { ...endpointV1("v1-timeouts", "timeouts:\n  call: 1 min\n  read: 30 sec"), releases: kinds },
];

const topics =
  "topics:\n  - topic: messages\n    valueType: com.example/User\n    targets:\n      - com.example.fns/greeter\n";
const kafka = "id: com.example/users\naddress: kafka:9092\n";
const kafkaIn = (name: string, lines: string) =>
  kind(name, "io.statefun.kafka.v1/ingress", `${kafka}consumerGroupId: group\n${topics}${lines}`);
const kafkaOut = (name: string, lines: string) =>
  kind(name, "io.statefun.kafka.v1/egress", kafka + lines);

const kafkas: readonly DocumentedFile[] = [
  { ...kafkaIn("kafka-in-plain", ""), releases: kinds },
  ...["group-offsets", "earliest", "latest"].map((type) => ({
    ...kafkaIn(`kafka-in-${type}`, `startupPosition:\n  type: ${type}`),
    releases: kinds,
  })),
  {
    ...kafkaIn(
      "kafka-in-offsets",
      "startupPosition:\n  type: specific-offsets\n  offsets:\n    - user-topic/0: 91\n    - user-topic/1: 11",
    ),
    releases: kinds,
  },
  {
    ...kafkaIn(
      "kafka-in-date-documented",
      "startupPosition:\n  type: date\n  date: 2020-02-01 04:15:00.00 Z",
    ),
    releases: kinds,
    differs: { "3.1.0": dateThere, "3.2.0": dateThere, "3.3.0": dateThere },
  },
  {
    ...kafkaIn(
      "kafka-in-date",
      "startupPosition:\n  type: date\n  date: 2020-02-01 04:15:00.120 +0100",
    ),
    releases: kinds,
  },
  { ...kafkaIn("kafka-in-reset", "autoOffsetResetPosition: earliest"), releases: kinds },
  { ...kafkaIn("kafka-in-properties", "properties:\n  - foo.config: bar"), releases: kinds },
  {
    ...kind(
      "kafka-in-by-properties",
      "io.statefun.kafka.v1/ingress",
      `id: com.example/users\n${topics}properties:\n  - bootstrap.servers: other:1\n  - group.id: other`,
    ),
    releases: kinds,
  },
  { ...kafkaOut("kafka-out-plain", ""), releases: kinds },
  ...["none", "at-least-once"].map((type) => ({
    ...kafkaOut(`kafka-out-${type}`, `deliverySemantic:\n  type: ${type}`),
    releases: kinds,
  })),
  {
    ...kafkaOut(
      "kafka-out-exactly-once",
      "deliverySemantic:\n  type: exactly-once\n  transactionTimeout: 15min\nproperties:\n  - foo.config: bar",
    ),
    releases: kinds,
  },
  {
    ...kafkaOut(
      "kafka-out-millis",
      "deliverySemantic:\n  type: exactly-once\n  transactionTimeoutMillis: 100000",
    ),
    releases: kinds,
  },
  {
    ...kafkaOut(
      "kafka-out-millis-documented",
      "deliverySemantic:\n  type: exactly-once\n  transactionTimeoutMillis: 15min",
    ),
    releases: kinds,
  },
];

const streams =
  "streams:\n  - stream: users\n    valueType: com.example/User\n    targets:\n      - com.example.fns/greeter\n";
const kinesisIn = (name: string, lines: string) =>
  kind(name, "io.statefun.kinesis.v1/ingress", `id: com.example/users\n${streams}${lines}`);
const kinesisOut = (name: string, lines: string) =>
  kind(name, "io.statefun.kinesis.v1/egress", `id: com.example/out\n${lines}`);

const kineses: readonly DocumentedFile[] = [
  { ...kinesisIn("kinesis-in-plain", ""), releases: kinds },
  {
    ...kinesisIn(
      "kinesis-in-documented",
      "awsRegion:\n  type: specific\n  id: eu-west-1\nstartupPosition:\n  type: earliest\nclientConfigProperties:\n  - SocketTimeout: 9999\n  - MaxConnections: 15",
    ),
    releases: kinds,
  },
  { ...kinesisOut("kinesis-out-plain", ""), releases: kinds },
  {
    ...kinesisOut(
      "kinesis-out-endpoint",
      "maxOutstandingRecords: 9999\nawsRegion:\n  type: custom-endpoint\n  endpoint: https://localhost:4567\n  id: us-west-1\nawsCredentials:\n  type: basic\n  accessKeyId: a\n  secretAccessKey: b",
    ),
    releases: kinds,
  },
  {
    ...kinesisOut(
      "kinesis-out-profile",
      "awsCredentials:\n  type: profile\n  profileName: n\n  profilePath: /p",
    ),
    releases: kinds,
  },
  {
    ...kinesisOut(
      "kinesis-out-documented-mistake",
      "awsCredentials:\n  type: specific\n  id: us-west-1",
    ),
    releases: kinds,
  },
];

/** The shell of the older formats. */
const legacy = (version: string, lines: string) =>
  `version: "${version}"\nmodule:\n  meta:\n    type: remote\n  spec:\n${indented(lines, 4)}`;

const entry = (list: string, name: string, meta: string, spec: string) =>
  `${list}:\n  - ${name}:\n      meta:\n${indented(meta, 8)}      spec:\n${indented(spec, 8)}`;

const functionV2 = (name: string, spec: string, version = "2.0") => ({
  name,
  yaml: legacy(
    version,
    entry(
      "functions",
      "function",
      "kind: http\ntype: com.example/f",
      `endpoint: http://a:8000/f\n${spec}`,
    ),
  ),
});

const topicsV2 = topics.replace("valueType", "typeUrl");
const streamsV2 = streams.replace("valueType", "typeUrl");

const olds: readonly DocumentedFile[] = [
  { ...functionV2("function-1.0", "states:\n  - a\n  - b", "1.0"), releases: format2 },
  { ...functionV2("function-2.0-plain", ""), releases: format2 },
  {
    ...functionV2(
      "function-2.0",
      "states:\n  - name: a\n    expireAfter: 5min\nmaxNumBatchRequests: 500\ntimeout: 2min",
    ),
    releases: format2,
  },
  {
    ...functionV2(
      "function-2.0-modes",
      "states:\n  - name: a\n    expireAfter: 1h\n    expireMode: after-write\n  - name: b\n    expireAfter: 1h\n    expireMode: after-invoke",
    ),
    releases: format2,
    differs: { "2.1.0": "expireMode is of 2.2 and later" },
  },
  {
    ...functionV2("function-2.0-never", 'states:\n  - name: a\n    expireAfter: "0"'),
    releases: format2,
    differs: { "2.2.2": zeroThere },
  },
  {
    ...functionV2(
      "function-2.0-times",
      "timeout: 30s\nconnectTimeout: 1s\nreadTimeout: 2s\nwriteTimeout: 3s",
    ),
    releases: format2,
    differs: { "2.1.0": "the parts of a call are of 2.2 and later" },
  },
  {
    name: "endpoint-3.0",
    yaml: legacy(
      "3.0",
      entry("endpoints", "endpoint", "kind: http", `${endpoint}timeouts:\n  call: 2 min`),
    ),
    releases: format3,
  },
  {
    name: "kafka-2.0",
    yaml: legacy(
      "2.0",
      entry(
        "ingresses",
        "ingress",
        "type: statefun.kafka.io/routable-protobuf-ingress\nid: com.example/users",
        `address: kafka:9092\nconsumerGroupId: group\n${topicsV2}startupPosition:\n  type: earliest`,
      ) +
        entry(
          "egresses",
          "egress",
          "type: statefun.kafka.io/generic-egress\nid: com.example/out",
          "address: kafka:9092\ndeliverySemantic:\n  type: exactly-once\n  transactionTimeoutMillis: 100000",
        ),
    ),
    releases: format2,
  },
  {
    name: "kinesis-2.0",
    yaml: legacy(
      "2.0",
      entry(
        "ingresses",
        "ingress",
        "type: statefun.kinesis.io/routable-protobuf-ingress\nid: com.example/users",
        `awsRegion:\n  type: specific\n  id: eu-west-1\nawsCredentials:\n  type: default\n${streamsV2}`,
      ) +
        entry(
          "egresses",
          "egress",
          "type: statefun.kinesis.io/generic-egress\nid: com.example/out",
          "awsRegion:\n  type: specific\n  id: eu-west-1\nmaxOutstandingRecords: 9999",
        ),
    ),
    releases: format2,
  },
  {
    name: "io-3.0",
    yaml: legacy(
      "3.0",
      entry(
        "ingresses",
        "ingress",
        "type: io.statefun.kafka/ingress\nid: com.example/users",
        `address: kafka:9092\nconsumerGroupId: group\n${topics}startupPosition:\n  type: group-offsets`,
      ) +
        entry(
          "egresses",
          "egress",
          "type: io.statefun.kinesis/egress\nid: com.example/out",
          "awsRegion:\n  type: specific\n  id: eu-west-1",
        ),
    ),
    releases: format3,
  },
];

export const documentedFiles: readonly DocumentedFile[] = [
  ...endpoints,
  ...kafkas,
  ...kineses,
  ...olds,
];
