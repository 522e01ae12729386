import { defaultSessionMs, type Settings } from "../client/properties.ts";

/** The times and sizes of a consumer, complete. Their defaults are here, and for users in docs/kafka.md. */
export interface IngressTimes {
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly rebalanceTimeoutMs: number;
  /** How long a broker may take for an answer, beside what it was asked to wait. */
  readonly requestTimeoutMs: number;
  /** How often topics are looked at. */
  readonly metadataMs: number;
  readonly commitMs: number;
  /** How long a broker waits for records to come, and for how many bytes. */
  readonly fetchWaitMs: number;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly partitionMaxBytes: number;
  /** Of the protocol: 1 leaves out what is not committed. */
  readonly isolation: number;
  readonly rack: string;
}

export function ingressTimes(settings: Settings): IngressTimes {
  const number = (name: string, otherwise: number): number => {
    const value = settings[name];
    return typeof value === "number" ? value : otherwise;
  };
  const sessionTimeoutMs = number("sessionTimeout", defaultSessionMs);
  const { clientRack } = settings;
  return {
    sessionTimeoutMs,
    heartbeatMs: number("heartbeatInterval", Math.min(1_000, sessionTimeoutMs / 3)),
    rebalanceTimeoutMs: number("rebalanceTimeout", Math.max(60_000, sessionTimeoutMs)),
    requestTimeoutMs: number("requestTimeout", 10_000),
    metadataMs: number("metadataMaxAge", 5_000),
    commitMs: Math.max(10, number("commitIntervalMs", 1_000)),
    fetchWaitMs: Math.max(10, number("maxWaitTime", 500)),
    fetchMinBytes: number("minBytes", 1),
    fetchMaxBytes: number("maxBytes", 52_428_800),
    partitionMaxBytes: number("maxBytesPerPartition", 1_048_576),
    isolation: number("isolationLevel", 1),
    rack: typeof clientRack === "string" ? clientRack : "",
  };
}
