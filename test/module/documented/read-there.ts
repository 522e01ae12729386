/** What a release made of a file: its parts in plain words, or why it refused. */
export type ReadThere = { readonly parts: readonly ReadPart[] } | { readonly refused: string };

/** Only plain data, so that two readings can be compared. */
export type ReadPart = { readonly [name: string]: unknown };

type Dumped = { readonly [name: string]: unknown };

/** A line of `statefun.readings.Readings`: objects of the release as maps of their fields. */
interface Line {
  readonly name: string;
  readonly bound?: readonly Dumped[];
  readonly error?: readonly string[];
}

export function readThere({ name, bound, error }: Line): [name: string, read: ReadThere] {
  const file = name.replace(/\.yaml$/, "");
  if (bound === undefined) return [file, { refused: error?.[0] ?? "without a word" }];
  const parts: ReadPart[] = [];
  for (const { method, 0: first, 1: second } of bound) {
    if (method === "bindIngressRouter") continue;
    const part = method === "bindFunctionProvider" ? second : first;
    const failed = [part, field(part, "client")].find((one) => field(one, "error") !== undefined);
    if (failed !== undefined)
      return [file, { refused: String(field(failed, "error")).split("\n")[0] ?? "" }];
    parts.push(method === "bindFunctionProvider" ? endpointOf(first, second) : ioOf(part));
  }
  return [file, { parts }];
}

function endpointOf(target: unknown, provider: unknown): ReadPart {
  const functions = String(target)
    .replace(/^FunctionTypeNamespaceMatcher\((.*)\)$/, "$1/*")
    .replace(/^FunctionType\((.*), (.*)\)$/, "$1/$2");
  const [spec] = [
    field(provider, "endpointSpec"),
    ...["supportedTypes", "specificTypeEndpointSpecs", "perNamespaceEndpointSpecs"].flatMap(
      (name) => Object.values(Object(field(provider, name))),
    ),
  ].filter((one) => one !== undefined);
  const client = field(provider, "client") ?? spec;
  const times = field(client, "timeouts") ?? client;
  const isAsync = field(client, "class") === "NettyRequestReplySpec";
  const states = field(spec, "states");
  return {
    functions,
    url: field(field(spec, "urlPathTemplate"), "template") ?? field(spec, "endpoint"),
    batch: field(spec, "maxNumBatchRequests"),
    transport: isAsync ? "async" : "okhttp",
    callMs: millisOf(field(times, "callTimeout") ?? field(times, "maxRequestDuration")),
    connectMs: millisOf(field(times, "connectTimeout")),
    ...(isAsync
      ? {
          poolTtlMs: millisOf(field(client, "pooledConnectionTTL")),
          poolSize: field(client, "connectionPoolMaxSize"),
          payloadBytes: field(client, "maxRequestOrResponseSizeInBytes"),
        }
      : {
          readMs: millisOf(field(times, "readTimeout")),
          writeMs: millisOf(field(times, "writeTimeout")),
        }),
    ...(Array.isArray(states) ? { states: states.map(stateOf) } : {}),
  };
}

function stateOf(state: unknown): unknown {
  // 2.1 knows one mode, and that nothing is never.
  const ms = millisOf(field(state, "ttlDuration") ?? 0);
  if (ms !== 0) return { name: field(state, "name"), how: "after-call", ms };
  const expiration = field(state, "ttlExpiration");
  const mode = field(expiration, "mode") ?? "NONE";
  if (mode === "NONE") return { name: field(state, "name") };
  const how = mode === "AFTER_WRITE" ? "after-write" : "after-call";
  return { name: field(state, "name"), how, ms: millisOf(field(expiration, "duration")) };
}

function ioOf(spec: unknown): ReadPart {
  const kind = String(field(spec, "class")).replace(/Spec$/, "");
  const id = String(
    field(spec, "ingressIdentifier") ?? field(spec, "egressIdentifier") ?? field(spec, "id"),
  ).replace(/^\w+\((.*?), (.*?), .*\)$/, "$1/$2");
  const aws = {
    region: awsOf(field(spec, "awsRegion")),
    credentials: awsOf(field(spec, "awsCredentials")),
    properties: field(spec, "clientConfigurationProperties") ?? field(spec, "properties"),
  };
  if (kind === "KinesisIngress")
    return { kind, id, from: routingsOf(spec), position: positionOf(spec), ...aws };
  if (kind === "KinesisEgress")
    return { kind, id, outstanding: field(spec, "maxOutstandingRecords"), ...aws };
  if (kind === "KafkaIngress") {
    const properties = Object(field(spec, "properties"));
    const {
      "bootstrap.servers": address,
      "group.id": group,
      "auto.offset.reset": reset,
      ...rest
    } = properties;
    return {
      kind,
      id,
      address,
      group,
      reset,
      from: routingsOf(spec),
      position: positionOf(spec),
      properties: rest,
    };
  }
  const semantic = field(spec, "semantic");
  const type = String(field(semantic, "class") ?? semantic)
    .toLowerCase()
    .replaceAll(/[_-]|semantics?$/g, "")
    .replace(/^no$/, "none");
  const words = ["at-least-once", "exactly-once", "none"];
  const timeout =
    field(semantic, "transactionTimeout") ?? field(spec, "transactionTimeoutDuration");
  return {
    kind,
    id,
    address: field(spec, "kafkaAddress"),
    semantic: words.find((word) => word.replaceAll("-", "") === type) ?? semantic,
    ...(type === "exactlyonce" ? { timeoutMs: millisOf(timeout) } : {}),
    properties: field(spec, "properties"),
  };
}

/** By topic or stream: the type of its values, and where they go. */
function routingsOf(spec: unknown): unknown {
  const configs = Object.entries(Object(field(field(spec, "deserializer"), "routingConfigs")));
  return Object.fromEntries(
    configs.map(([name, config]) => {
      const targets = (field(config, "targetFunctionTypes_") as readonly string[]).map((text) =>
        text.replace(/^namespace: "(.*)"\ntype: "(.*)"\n$/, "$1/$2"),
      );
      return [name, { valueType: field(config, "typeUrl_"), targets }];
    }),
  );
}

function positionOf(spec: unknown): unknown {
  const position = field(spec, "startupPosition");
  const offsets = Object.entries(Object(field(position, "specificOffsets")));
  switch (String(field(position, "class")).replace(/Position$/, "")) {
    case "SpecificOffsets":
      return Object.fromEntries(
        offsets.map(([key, offset]) => [
          key.replace(/^.*topic='(.*)', partition=(\d+).*$/, "$1/$2"),
          String(offset),
        ]),
      );
    case "Date":
      return Date.parse(String(field(position, "date")).replace(/\[.*\]$/, ""));
    case "GroupOffsets":
      return "group-offsets";
    default:
      return String(field(position, "class"))
        .replace(/Position$/, "")
        .toLowerCase();
  }
}

function awsOf(given: unknown): unknown {
  if (field(given, "class") === "OptionalProperty") {
    return awsOf(field(given, "value") ?? field(given, "defaultValue"));
  }
  const { class: name, ...fields } = Object(given);
  const kind = String(name).replace(/Aws(Region|Credentials)$/, "");
  return {
    kind,
    fields: Object.values(fields)
      .filter((one) => one !== null)
      .sort(),
  };
}

/** An ISO duration of Java, of hours and less. What a release does not know is left to OkHttp, 10 s. */
function millisOf(text: unknown): number | undefined {
  if (text === undefined) return 10_000;
  if (typeof text === "number") return text;
  const [, h = 0, m = 0, s = 0] =
    /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(String(text)) ?? [];
  return (Number(h) * 60 + Number(m)) * 60_000 + Number(s) * 1_000;
}

function field(value: unknown, name: string): unknown {
  return Object(value)[name] ?? undefined;
}
