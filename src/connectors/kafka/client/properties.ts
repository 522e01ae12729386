import { invalid } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import { isTopic, topicRule } from "./topic-name.ts";

/** Settings of the client, under its own names. */
export type Settings = Readonly<Record<string, unknown>>;

type Read = (value: string, all: ReadonlyMap<string, string>) => Settings;

const integer =
  (name: string, from: number = 0): Read =>
  (value) => ({ [name]: integerOf(value, from) });
const choice =
  (name: string, values: readonly string[]): Read =>
  (value) => {
    if (values.includes(value)) return { [name]: value };
    throw expected(`one of ${values.join(", ")}`);
  };
const text =
  (name: string): Read =>
  (value) => ({ [name]: value });
const tls =
  (name: string): Read =>
  (value) => ({ tls: { [name]: value } });
export const defaultSessionMs = 30_000;
/** What an integer of the protocol can be. */
const most = 2_147_483_647;
/** Mechanisms that need a name and a password, which is what a property can say. */
const byPassword = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];
/** What this client does anyway, what it has no use for, and what is read together with another one. */
const nothing: Read = () => ({});

function shared(): Record<string, Read> {
  return {
    "bootstrap.servers": nothing,
    "client.id": nothing,
    "client.rack": text("clientRack"),
    "metadata.max.age.ms": integer("metadataMaxAge"),
    "request.timeout.ms": integer("requestTimeout", 1),
    "socket.connection.setup.timeout.ms": integer("connectTimeout", 1),
    "security.protocol": (value, all) => {
      const protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];
      const name = value.toUpperCase();
      if (!protocols.includes(name)) throw expected(`one of ${protocols.join(", ")}`);
      if (name.startsWith("SASL") && !all.has("sasl.mechanism")) {
        throw expected("given together with sasl.mechanism");
      }
      return name.endsWith("SSL") ? { tls: {} } : {};
    },
    "sasl.mechanism": (mechanism, all) => {
      if (!byPassword.includes(mechanism)) throw expected(`one of ${byPassword.join(", ")}`);
      return { sasl: { mechanism, ...credentialsOf(all) } };
    },
    "sasl.jaas.config": nothing,
    "ssl.truststore.type": (value) => pem(value),
    "ssl.keystore.type": (value) => pem(value),
    "ssl.truststore.certificates": tls("ca"),
    "ssl.keystore.certificate.chain": tls("cert"),
    "ssl.keystore.key": tls("key"),
    "ssl.key.password": tls("passphrase"),
    "ssl.endpoint.identification.algorithm": (value) =>
      value === "" ? { tls: { checkServerIdentity: () => undefined } } : {},
  };
}

/** Of a consumer of Java's, by their names there. */
export function consumerProperties(): ReadonlyMap<string, Read> {
  return new Map(
    Object.entries({
      ...shared(),
      "group.id": nothing,
      "group.instance.id": (value: string) => {
        if (isTopic(value)) return { groupInstanceId: value };
        throw expected(topicRule);
      },
      "session.timeout.ms": integer("sessionTimeout", 1),
      "heartbeat.interval.ms": (value: string, all: ReadonlyMap<string, string>) => {
        const session = Number(all.get("session.timeout.ms") ?? defaultSessionMs);
        const heartbeatInterval = integerOf(value, 1);
        if (heartbeatInterval < session) return { heartbeatInterval };
        throw expected(`less than session.timeout.ms, which is ${session}`);
      },
      "max.poll.interval.ms": integer("rebalanceTimeout", 1),
      "fetch.min.bytes": integer("minBytes"),
      "fetch.max.bytes": integer("maxBytes"),
      "fetch.max.wait.ms": integer("maxWaitTime"),
      "max.partition.fetch.bytes": integer("maxBytesPerPartition", 1),
      "auto.commit.interval.ms": integer("commitIntervalMs"),
      "isolation.level": (value: string) => {
        if (value === "read_committed") return { isolationLevel: 1 };
        if (value === "read_uncommitted") return { isolationLevel: 0 };
        throw expected("read_committed or read_uncommitted");
      },
      "auto.offset.reset": nothing,
      "enable.auto.commit": nothing,
      "max.poll.records": nothing,
    } satisfies Record<string, Read>),
  );
}

/** Of a producer of Java's. */
export function producerProperties(): ReadonlyMap<string, Read> {
  return new Map(
    Object.entries({
      ...shared(),
      "compression.type": choice("compression", ["none", "gzip", "snappy", "lz4", "zstd"]),
      "enable.idempotence": (value: string) => {
        if (value === "true") return {};
        throw expected("true: records would be out of order after a lost answer");
      },
      acks: (value: string) => {
        if (value === "all" || value === "-1") return {};
        throw expected("all: records are deleted here as soon as they are delivered");
      },
      // A delivery is a page of records, tried again by the runtime for as long as it takes.
      "linger.ms": nothing,
      "batch.size": nothing,
      "delivery.timeout.ms": nothing,
      "max.in.flight.requests.per.connection": nothing,
      "transaction.timeout.ms": nothing,
      retries: nothing,
    } satisfies Record<string, Read>),
  );
}

/** The properties as settings of the client. Throws for an unknown name and for an invalid value. */
export function settingsOf(
  properties: Readonly<Record<string, string>>,
  known: ReadonlyMap<string, Read>,
  what: string,
): Settings {
  const all = new Map(Object.entries(properties));
  let settings: Settings = {};
  for (const [name, value] of all) {
    const read = known.get(name);
    if (read === undefined) {
      throw invalid(`property ${show(name)} of ${what} is not supported by this client`);
    }
    try {
      settings = merged(settings, read(value, all));
    } catch (error) {
      const shown = /pass|key|jaas/.test(name) ? "another value" : show(value);
      throw invalid(`property ${name} of ${what} must be ${Object(error).message}, got ${shown}`);
    }
  }
  return settings;
}

/** Those of TLS come from several properties. */
function merged(left: Settings, right: Settings): Settings {
  const both = { ...left, ...right };
  if (left["tls"] === undefined || right["tls"] === undefined) return both;
  return { ...both, tls: { ...Object(left["tls"]), ...Object(right["tls"]) } };
}

/** `…LoginModule required username="…" password="…";` */
function credentialsOf(all: ReadonlyMap<string, string>): Settings {
  const config = all.get("sasl.jaas.config");
  if (config === undefined) throw expected("given together with sasl.jaas.config");
  const of = (name: string) => new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`).exec(config)?.[1];
  const username = of("username");
  const password = of("password");
  if (username === undefined || password === undefined) {
    throw expected('given together with a sasl.jaas.config that has username="…" and password="…"');
  }
  return { username, password };
}

function pem(value: string): Settings {
  if (value.toUpperCase() === "PEM") return {};
  throw expected("PEM: keystores of Java cannot be read");
}

function integerOf(value: string, from: number): number {
  const number = /^\d+$/.test(value.trim()) ? Number(value) : Number.NaN;
  if (number >= from && number <= most) return number;
  throw expected(`an integer from ${from} to ${most}`);
}

/** Becomes the middle of the error that `settingsOf` makes of it. */
function expected(what: string): Error {
  return invalid(what);
}
