/** A module file that cannot be, and the message that its user gets. */
export interface BrokenModule {
  readonly title: string;
  readonly source: string;
  readonly message: string;
}

const endpoint = (rest: string, functions = "demo/*") =>
  `kind: io.statefun.endpoints.v2/http
spec:
  functions: ${functions}
  urlPathTemplate: http://functions/
${rest}`;

const transport = (rest: string, type = "async") =>
  endpoint(`  transport:\n    type: io.statefun.transports.v1/${type}\n${rest}`);

const kafkaIngress = (
  rest: string,
  topics = "[{ topic: a, valueType: demo/A, targets: [demo/a] }]",
) =>
  `kind: io.statefun.kafka.v1/ingress
spec:
  id: demo/in
  address: kafka:9092
  consumerGroupId: demo
  topics: ${topics}
${rest}`;

const kafkaEgress = (rest: string) =>
  `kind: io.statefun.kafka.v1/egress
spec:
  id: demo/out
  address: kafka:9092
${rest}`;

const kinesis = (rest: string) =>
  `kind: io.statefun.kinesis.v1/ingress
spec:
  id: demo/in
  streams: [{ stream: a, valueType: demo/A, targets: [demo/a] }]
${rest}`;

const legacy = (version: string, lists: string) =>
  `version: ${version}
module:
  meta:
    type: remote
  spec:
${lists}`;

const functionV2 = (spec: string, kind = "http") =>
  legacy(
    '"2.0"',
    `    functions:
      - function:
          meta:
            kind: ${kind}
            type: demo/a
          spec:
${spec}`,
  );

const anchors = "abcdefghij";
const bomb = Array.from(anchors, (name, index) => {
  const items = index === 0 ? "x" : `*${anchors[index - 1]}`;
  return `${name}: &${name} [${Array(10).fill(items).join(", ")}]\n`;
}).join("");

const cases: readonly (readonly [title: string, source: string, message: string])[] = [
  [
    "a ConfigMap of Kubernetes",
    "apiVersion: v1\nkind: ConfigMap\ndata:\n  module.yaml: |\n    kind: x\n",
    "expected a document with kind and spec, or with version and module, got a map with apiVersion, which is a manifest of Kubernetes: give the text of its module file (of a ConfigMap, a value under data) (line 1, column 1)",
  ],
  // No YAML
  ["an empty text", "", "expected a module, got an empty file (line 1, column 1)"],
  [
    "documents with nothing in them",
    "# soon\n---\n---\n",
    "expected a module, got an empty file (line 1, column 1)",
  ],
  [
    "a path",
    "./module.yaml",
    'expected the text of a module, got what looks like its path, "./module.yaml" (line 1, column 1)',
  ],
  [
    "a sentence",
    "hello",
    'expected a document with kind and spec, or with version and module, got "hello" (line 1, column 1)',
  ],
  [
    "an open list",
    "kind: [a\nspec: b\n",
    "expected YAML, got flow sequence in block collection must be sufficiently indented and end with a ] (line 2, column 1)",
  ],
  [
    "a tab",
    "kind: a\nspec:\n\ta: b\n",
    "expected YAML, got tabs are not allowed as indentation (line 3, column 1)",
  ],
  [
    "a wrong indentation",
    "kind: a\nspec:\n    a: b\n  c: d\n",
    "expected YAML, got all mapping items must start at the same column (line 4, column 1)",
  ],
  [
    "an open quote",
    'kind: "a\nspec: {}\n',
    'expected YAML, got missing closing "quote (line 3, column 1)',
  ],
  [
    "two values on a line",
    "kind: a: b\n",
    "expected YAML, got nested mappings are not allowed in compact mappings (line 1, column 7)",
  ],
  ["a name that is a list", "? [a]\n: b\n", "expected a name, got a list (line 1, column 3)"],
  [
    "a name that is there twice",
    "kind: a\nspec: {}\nkind: b\n",
    "kind: expected the name kind only once, got it again (first at line 1, column 1) (line 3, column 1)",
  ],
  [
    "more levels than sense",
    "[".repeat(100_000),
    "expected YAML, got more levels than can be read (line 1, column 1)",
  ],
  [
    "a level too much",
    `${"{a: ".repeat(65)}1${"}".repeat(65)}`,
    "expected at most 64 levels, got more (line 1, column 258)",
  ],
  [
    "aliases that stand for everything",
    bomb,
    "e[7][0][7][0][3]: expected at most 100000 values, got more (line 1, column 17)",
  ],
  [
    "an alias of itself",
    "kind: &a [*a]\n",
    "kind[0]: expected the anchor of an earlier value, got *a (line 1, column 11)",
  ],
  [
    "an alias of nothing",
    "kind: *a\n",
    "kind: expected the anchor of an earlier value, got *a (line 1, column 7)",
  ],
  [
    "a text without an end",
    "a".repeat(1_048_577),
    "expected at most 1048576 characters, got 1048577 (line 1, column 1)",
  ],
  // No module
  [
    "a list",
    "- kind: a\n",
    "expected a document with kind and spec, or with version and module, got a list (line 1, column 1)",
  ],
  [
    "another map",
    "hello: world\n",
    "expected a document with kind and spec, or with version and module, got a map (line 1, column 1)",
  ],
  [
    "a misspelt kind",
    "knd: a\nspec: {}\n",
    "expected a document with kind and spec, or with version and module, got a map with knd, did you mean kind? (line 1, column 1)",
  ],
  [
    "no kind",
    "kind:\nspec: {}\n",
    "kind: expected the name of a kind, got nothing (line 1, column 6)",
  ],
  [
    "a kind that is a map",
    "kind: {}\nspec: {}\n",
    "kind: expected the name of a kind, got a map (line 1, column 7)",
  ],
  [
    "a kind that nobody knows",
    "kind: acme/queue\nspec: {}\n",
    'kind: expected a kind that is known or has a binder, got "acme/queue" (line 1, column 7)',
  ],
  [
    "a kind with a typo",
    "kind: io.statefun.endpoint.v2/http\nspec: {}\n",
    'kind: expected a kind that is known or has a binder, got "io.statefun.endpoint.v2/http", did you mean io.statefun.endpoints.v2/http? (line 1, column 7)',
  ],
  [
    "no spec",
    "kind: io.statefun.endpoints.v2/http\n",
    "spec: expected the settings of io.statefun.endpoints.v2/http, got nothing (line 1, column 1)",
  ],
  [
    "a spec that is a list",
    "kind: io.statefun.endpoints.v2/http\nspec: [a]\n",
    "spec: expected a map of settings, got a list (line 2, column 7)",
  ],
  [
    "a variable without a value",
    endpoint(`  maxNumBatchRequests: \${BATCHES}\n`),
    `spec.maxNumBatchRequests: expected a value for the variable BATCHES, got none in "\${BATCHES}" (line 5, column 24)`,
  ],
  [
    "a variable with a typo",
    `kind: a/\${NAM}\nspec: {}\n`,
    `kind: expected a value for the variable NAM, got none in "a/\${NAM}", did you mean NAME? (line 1, column 7)`,
  ],
  // Endpoints
  [
    "no functions",
    "kind: io.statefun.endpoints.v2/http\nspec:\n  urlPathTemplate: http://a\n",
    'spec.functions: expected functions, "namespace/name" or "namespace/*", got nothing (line 3, column 3)',
  ],
  [
    "a function without a namespace",
    endpoint("", "greeter"),
    'spec.functions: expected a name like "namespace/name" with exactly one slash, got "greeter" (line 3, column 14)',
  ],
  [
    "a function with two slashes",
    endpoint("", "demo/a/b"),
    'spec.functions: expected a name like "namespace/name" with exactly one slash, got "demo/a/b" (line 3, column 14)',
  ],
  [
    "a star for a namespace",
    endpoint("", '"*/greeter"'),
    'spec.functions: expected "namespace/name" or "namespace/*", got "*/greeter" (line 3, column 14)',
  ],
  [
    "a star in a name",
    endpoint("", '"demo/gr*"'),
    'spec.functions: expected "namespace/name" or "namespace/*", got "demo/gr*" (line 3, column 14)',
  ],
  [
    "a misspelt property that is needed",
    "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplat: http://a\n",
    "spec.urlPathTemplate: expected a URL, got nothing, is it urlPathTemplat? (line 3, column 3)",
  ],
  [
    "a URL without a scheme",
    "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: functions:8080\n",
    'spec.urlPathTemplate: expected a URL of http, https, http+unix or https+unix, got "functions:8080" (line 4, column 20)',
  ],
  [
    "a URL that is a number",
    "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/b\n  urlPathTemplate: 8080\n",
    "spec.urlPathTemplate: expected a URL of http, https, http+unix or https+unix, got 8080 (line 4, column 20)",
  ],
  [
    "a placeholder of another kind",
    'kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/*\n  urlPathTemplate: "http://a/{function.namespace}"\n',
    'spec.urlPathTemplate: expected a URL with no placeholder except {function.name}, got "http://a/{function.namespace}" (line 4, column 20)',
  ],
  [
    "a batch that is no number",
    endpoint("  maxNumBatchRequests: many\n"),
    'spec.maxNumBatchRequests: expected an integer, got "many" (line 5, column 24)',
  ],
  [
    "a transport that is a name",
    endpoint("  transport: async\n"),
    'spec.transport: expected a map with type, got "async" (line 5, column 14)',
  ],
  [
    "a transport that nobody knows",
    transport("", "asink"),
    'spec.transport.type: expected one of io.statefun.transports.v1/async, io.statefun.transports.v1/okhttp, got "io.statefun.transports.v1/asink", did you mean io.statefun.transports.v1/async? (line 6, column 11)',
  ],
  [
    "a duration that is none",
    transport("    timeouts:\n      call: soon\n"),
    'spec.transport.timeouts.call: expected a duration, got "soon" (line 8, column 13)',
  ],
  [
    "a duration in weeks",
    transport("    timeouts:\n      call: 2 weeks\n"),
    'spec.transport.timeouts.call: expected a duration, got "2 weeks" (line 8, column 13)',
  ],
  [
    "a duration of nothing",
    transport("    timeouts:\n      connect: 0 s\n"),
    'spec.transport.timeouts.connect: expected a duration of at least 1 ms, got "0 s" (line 8, column 16)',
  ],
  [
    "a duration that no timer waits",
    transport("    timeouts:\n      call: 100 d\n"),
    'spec.transport.timeouts.call: expected a duration of at most 2147483647 ms, got "100 d" (line 8, column 13)',
  ],
  [
    "a part that is longer than its call",
    transport("    timeouts:\n      call: 5 s\n      read: 10 s\n", "okhttp"),
    'spec.transport.timeouts.read: expected a duration of at most that of the whole call, 5 s, got "10 s" (line 9, column 13)',
  ],
  [
    "a payload of nothing",
    transport("    payload_max_bytes: 0\n"),
    "spec.transport.payload_max_bytes: expected an integer from 1 on, got 0 (line 7, column 24)",
  ],
  [
    "timeouts that are a list",
    "kind: io.statefun.endpoints.v1/http\nspec:\n  functions: a/*\n  urlPathTemplate: http://a\n  timeouts: [1 s]\n",
    "spec.timeouts: expected a map of durations, got a list (line 5, column 13)",
  ],
  // Kafka
  [
    "an ingress without topics",
    "kind: io.statefun.kafka.v1/ingress\nspec:\n  id: demo/in\n  address: kafka:9092\n  consumerGroupId: demo\n",
    "spec.topics: expected a list of topics, got nothing (line 3, column 3)",
  ],
  [
    "an ingress without an id",
    "kind: io.statefun.kafka.v1/ingress\nspec:\n  address: kafka:9092\n",
    'spec.id: expected a name like "namespace/name", got nothing (line 3, column 3)',
  ],
  [
    "an ingress without a broker",
    "kind: io.statefun.kafka.v1/egress\nspec:\n  id: demo/out\n",
    "spec.address: expected the brokers, host:port, got nothing (line 3, column 3)",
  ],
  [
    "no topics in a list",
    kafkaIngress("", "[]"),
    "spec.topics: expected a list of topics, got an empty list (line 6, column 11)",
  ],
  [
    "topics that are names",
    kafkaIngress("", "[logins]"),
    'spec.topics[0]: expected a map with topic, valueType and targets, got "logins" (line 6, column 12)',
  ],
  [
    "a topic without targets",
    kafkaIngress("", "[{ topic: a, valueType: demo/A }]"),
    "spec.topics[0].targets: expected a list of functions, got nothing (line 6, column 12)",
  ],
  [
    "a target without a namespace",
    kafkaIngress("", "[{ topic: a, valueType: demo/A, targets: [a] }]"),
    'spec.topics[0].targets[0]: expected a name like "namespace/name" with exactly one slash, got "a" (line 6, column 53)',
  ],
  [
    "a topic twice",
    kafkaIngress(
      "",
      "[{ topic: a, valueType: a/A, targets: [a/a] }, { topic: a, valueType: a/B, targets: [a/b] }]",
    ),
    "spec.topics[1].topic: expected a only once, got it again (first at line 6, column 21) (line 6, column 67)",
  ],
  [
    "a position that nobody knows",
    kafkaIngress("  startupPosition:\n    type: earlyest\n"),
    'spec.startupPosition.type: expected one of group-offsets, earliest, latest, specific-offsets, date, got "earlyest", did you mean earliest? (line 8, column 11)',
  ],
  [
    "a date of another form",
    kafkaIngress("  startupPosition:\n    type: date\n    date: 2020-02-01\n"),
    'spec.startupPosition.date: expected a date like "2020-02-01 04:15:00.000 Z", got "2020-02-01" (line 9, column 11)',
  ],
  [
    "an offset below the first",
    kafkaIngress("  startupPosition:\n    type: specific-offsets\n    offsets:\n      - a/0: -1\n"),
    'spec.startupPosition.offsets[0]["a/0"]: expected an offset, an integer from 0 on, got -1 (line 10, column 14)',
  ],
  [
    "an offset of no partition",
    kafkaIngress("  startupPosition:\n    type: specific-offsets\n    offsets:\n      - a: 1\n"),
    'spec.startupPosition.offsets[0]: expected "topic/partition" before an offset, got "a" (line 10, column 9)',
  ],
  [
    "a reset to somewhere",
    kafkaIngress("  autoOffsetResetPosition: none\n"),
    'spec.autoOffsetResetPosition: expected one of earliest, latest, got "none" (line 7, column 28)',
  ],
  [
    "properties that are a text",
    kafkaIngress("  properties: fast\n"),
    'spec.properties: expected a list of properties like - name: value, got "fast" (line 7, column 15)',
  ],
  [
    "a property that is a list",
    kafkaIngress("  properties:\n    - acks: [all]\n"),
    "spec.properties[0].acks: expected a text, a number or true or false, got a list (line 8, column 13)",
  ],
  [
    "a semantic that is a name",
    kafkaEgress("  deliverySemantic: exactly-once\n"),
    'spec.deliverySemantic: expected a map with type, got "exactly-once" (line 5, column 21)',
  ],
  [
    "exactly once without a timeout",
    kafkaEgress("  deliverySemantic:\n    type: exactly-once\n"),
    "spec.deliverySemantic.transactionTimeout: expected a duration, got nothing (line 6, column 5)",
  ],
  // Kinesis
  [
    "a region without its id",
    kinesis("  awsRegion:\n    type: specific\n"),
    "spec.awsRegion.id: expected the name of a region, got nothing (line 6, column 5)",
  ],
  [
    "credentials without a secret",
    kinesis("  awsCredentials:\n    type: basic\n    accessKeyId: a\n"),
    "spec.awsCredentials.secretAccessKey: expected a key, got nothing (line 6, column 5)",
  ],
  [
    "a position of Kafka",
    kinesis("  startupPosition:\n    type: group-offsets\n"),
    'spec.startupPosition.type: expected one of earliest, latest, date, got "group-offsets" (line 6, column 11)',
  ],
  // The playground
  [
    "a port that is none",
    "kind: io.statefun.playground.v1/ingress\nspec:\n  port: 80900\n",
    "spec.port: expected a port from 0 to 65535, got 80900 (line 3, column 9)",
  ],
  [
    "an egress without topics",
    "kind: io.statefun.playground.v1/egress\nspec:\n  port: 8091\n",
    "spec.topics: expected a list of topics, got nothing (line 3, column 3)",
  ],
  // Older formats
  [
    "a version that never was",
    legacy('"4.0"', "    functions: []\n"),
    'version: expected one of 1.0, 2.0, 3.0, got "4.0" (line 1, column 10)',
  ],
  [
    "no version",
    "module:\n  meta:\n    type: remote\n  spec: {}\n",
    'version: expected the version of the format, "1.0", "2.0" or "3.0", got nothing (line 1, column 1)',
  ],
  [
    "a module of the JVM",
    'version: "2.0"\nmodule:\n  meta:\n    type: embedded\n  spec: {}\n',
    'module.meta.type: expected remote, got "embedded" (line 4, column 11)',
  ],
  [
    "functions in 3.0",
    legacy('"3.0"', "    functions: []\n"),
    "module.spec.functions: expected endpoints in a module of version 3.0, got functions (line 6, column 16)",
  ],
  [
    "endpoints in 2.0",
    legacy('"2.0"', "    endpoints: []\n"),
    "module.spec.endpoints: expected functions in a module of version 2.0, got endpoints (line 6, column 16)",
  ],
  [
    "functions that are a map",
    legacy('"2.0"', "    functions: {}\n"),
    "module.spec.functions: expected a list, got a map (line 6, column 16)",
  ],
  [
    "a function without its map",
    legacy('"2.0"', "    functions:\n      - function:\n"),
    "module.spec.functions[0].function: expected a map with meta and spec, got nothing (line 7, column 18)",
  ],
  [
    "a function without meta",
    legacy('"2.0"', "    functions:\n      - function:\n        spec: {}\n"),
    "module.spec.functions[0].meta: expected a map, got nothing (line 7, column 9)",
  ],
  [
    "grpc",
    functionV2("            endpoint: http://a\n", "grpc"),
    'module.spec.functions[0].function.meta.kind: expected http, since no release has grpc, got "grpc" (line 9, column 19)',
  ],
  [
    "a function without an endpoint",
    functionV2("            states: [a]\n"),
    "module.spec.functions[0].function.spec.endpoint: expected a URL, got nothing (line 12, column 13)",
  ],
  [
    "a state twice",
    functionV2("            endpoint: http://a\n            states: [a, b, a]\n"),
    "module.spec.functions[0].function.spec.states[2]: expected a only once, got it again (first at line 13, column 22) (line 13, column 28)",
  ],
  [
    "an expiration that is none",
    functionV2(
      "            endpoint: http://a\n            states:\n              - name: a\n                expireAfter: later\n",
    ),
    'module.spec.functions[0].function.spec.states[0].expireAfter: expected a duration, got "later" (line 15, column 30)',
  ],
  [
    "a mode that nobody knows",
    functionV2(
      "            endpoint: http://a\n            states:\n              - name: a\n                expireAfter: 1 d\n                expireMode: after-read\n",
    ),
    'module.spec.functions[0].function.spec.states[0].expireMode: expected one of after-invoke, after-write, got "after-read" (line 16, column 29)',
  ],
  [
    "a router by a descriptor set",
    legacy(
      '"1.0"',
      "    routers:\n      - router:\n          meta:\n            type: org.apache.flink.statefun.sdk/protobuf-router\n          spec:\n            ingress: demo/in\n            target: demo/a/{{$.name}}\n",
    ),
    "module.spec.routers[0].router.spec: expected no protobuf router: it needs a descriptor set of the JVM, use statefun.kafka.io/routable-protobuf-ingress, which routes by the key (line 11, column 13)",
  ],
  [
    "an ingress by a descriptor set",
    legacy(
      '"1.0"',
      "    ingresses:\n      - ingress:\n          meta:\n            type: statefun.kafka.io/protobuf-ingress\n            id: demo/in\n          spec:\n            descriptorSet: classpath:a.ds\n",
    ),
    "module.spec.ingresses[0].ingress.spec: expected no protobuf ingress: it needs a descriptor set of the JVM, use statefun.kafka.io/routable-protobuf-ingress, which routes by the key (line 12, column 13)",
  ],
  // Twice
  [
    "a namespace twice",
    `${endpoint("")}---\n${endpoint("")}`,
    "spec.functions: expected function demo/* only once, got it again (first at line 3, column 14) (line 8, column 14)",
  ],
  [
    "an ingress twice",
    `${kafkaIngress("")}---\n${kinesis("")}`,
    "spec.id: expected ingress demo/in only once, got it again (first at line 3, column 7) (line 10, column 7)",
  ],
  [
    "an egress twice",
    `${kafkaEgress("")}---\n${kafkaEgress("")}`,
    "spec.id: expected egress demo/out only once, got it again (first at line 3, column 7) (line 8, column 7)",
  ],
];

export const brokenModules: readonly BrokenModule[] = cases.map(([title, source, message]) => ({
  title,
  source,
  message,
}));
