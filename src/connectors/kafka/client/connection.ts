import { assertNonEmpty, invalid, isRecord } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import { type Settings, settingsOf } from "./properties.ts";

/** How to reach the brokers. Passed to the client. */
export interface KafkaConnection {
  /** One or several `host:port`, separated by commas. */
  readonly brokers: string;
  /** The name of this application in logs and quotas of the brokers. @default "statefun" */
  readonly clientId?: string;
  /** Options of `tls.connect`: `{}` is TLS with the platform's certificates. @default no TLS */
  readonly tls?: object;
  /**
   * `{ mechanism, username, password }` or `{ mechanism, token }`; a function instead of a value is called for
   * each connection.
   */
  readonly sasl?: object;
  /**
   * Settings of Java's client under their Java names, as in a module.yaml. An unsupported one is refused; the
   * options above take precedence. Truststores and keys must be PEM.
   */
  readonly properties?: Readonly<Record<string, string>>;
}

/** A connection after its checks. */
export interface ResolvedConnection {
  readonly bootstrapBrokers: readonly string[];
  readonly clientId: string;
  /** Further settings of the client, under its own names. */
  readonly settings: Settings;
}

export const connectionKeys = ["brokers", "clientId", "tls", "sasl", "properties"] as const;

export function resolveConnection(
  { brokers, clientId, tls, sasl, properties = {} }: KafkaConnection,
  known: Parameters<typeof settingsOf>[1],
  what: string,
): ResolvedConnection {
  if (!isRecord(properties) || Object.values(properties).some((one) => typeof one !== "string")) {
    throw invalid(`properties of ${what} must be an object of strings, got ${show(properties)}`);
  }
  for (const [name, value] of Object.entries({ tls, sasl })) {
    if (value === undefined || isRecord(value)) continue;
    throw invalid(`${name} of ${what} must be an object, got ${show(value)}`);
  }
  assertMechanism(sasl, what);
  const name = clientId ?? properties["client.id"] ?? "statefun";
  assertNonEmpty(name, `clientId of ${what}`);
  return {
    bootstrapBrokers: brokersOf(brokers, what),
    clientId: name,
    settings: {
      ...settingsOf(properties, known, what),
      ...(tls === undefined ? {} : { tls }),
      ...(sasl === undefined ? {} : { sasl }),
    },
  };
}

/** The client would find out at each connection. */
function assertMechanism(sasl: unknown, what: string): void {
  const mechanism: unknown = Object(sasl).mechanism;
  const known = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI"];
  if (sasl === undefined || known.includes(mechanism as string)) return;
  const got = show(mechanism);
  throw invalid(`mechanism of the sasl of ${what} must be one of ${known.join(", ")}, got ${got}`);
}

function brokersOf(brokers: unknown, what: string): string[] {
  assertNonEmpty(brokers, `brokers of ${what}`);
  const list = brokers.split(",").map((one) => one.trim());
  const wrong = list.find((one) => !/^(?:[^\s:[\]]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(one));
  if (wrong === undefined) return list;
  throw invalid(`brokers of ${what} must be host:port, separated by commas, got ${show(wrong)}`);
}
