import { longestWaitMs } from "../../internal/limits.ts";
import type { EndpointTransport, RemoteEndpoint } from "../../sdk/modules/define-module.ts";
import { durationOf, durationText } from "../read/duration.ts";
import { type Fields, readFields } from "../read/fields.ts";
import { expected, type Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { choiceOf, integerOf, textOf } from "../read/values.ts";

type Reached = Pick<RemoteEndpoint, "timeoutMs" | "transport">;

/** The longest that a timer waits, 24 days. */

/** Of OkHttp's time to connect, to read and to write. */
const defaultPartMs = 10_000;

const types = ["io.statefun.transports.v1/async", "io.statefun.transports.v1/okhttp"] as const;

/** Without a type it is the default of StateFun 3.2 and later, async. */
export function readTransport(node: TreeNode, warn: Warn): Reached {
  return readFields(node, "a map with type", warn, (fields) => {
    const type = fields.optional("type");
    const timeouts = fields.optional("timeouts");
    return type !== undefined && choiceOf(type, types) === types[1]
      ? readOkHttpTimeouts(timeouts, warn)
      : readAsync(fields, timeouts, warn);
  });
}

/** The settings of OkHttp. */
export function readOkHttpTimeouts(node: TreeNode | undefined, warn: Warn): Reached {
  if (node === undefined) return { transport: { type: "okhttp" } };
  return readFields(node, "a map of durations", warn, (fields) =>
    okHttp(fields, { call: "call", connect: "connect", read: "read", write: "write" }, warn),
  );
}

/** Of 2.x too, whose names differ. */
export function okHttp(
  fields: Fields,
  names: Readonly<Record<"call" | "connect" | "read" | "write", string>>,
  warn: Warn,
): Reached {
  const call = fields.optional(names.call);
  // A part that is longer than the whole, with its default, stops a runtime from starting.
  const mostMs = call === undefined ? 60_000 : durationOf(call, longestWaitMs);
  const part = (name: string): number | undefined => {
    const node = fields.optional(name);
    if (node === undefined) return undefined;
    const ms = durationOf(node, longestWaitMs);
    if (ms <= mostMs) return ms;
    throw expected(node, `a duration of at most that of the whole call, ${durationText(mostMs)}`);
  };
  const transport = {
    type: "okhttp",
    connectTimeoutMs: part(names.connect),
    readTimeoutMs: part(names.read),
    writeTimeoutMs: part(names.write),
  } as const;
  const { connectTimeoutMs, readTimeoutMs, writeTimeoutMs } = transport;
  const isPartLeftOut = [connectTimeoutMs, readTimeoutMs, writeTimeoutMs].includes(undefined);
  if (call !== undefined && mostMs < defaultPartMs && isPartLeftOut) {
    const parts = `${names.connect}, ${names.read} and ${names.write}`;
    warn(
      call,
      `a Flink cluster refuses it unless ${parts} are given too: each is ${durationText(defaultPartMs)} by default, and must not be longer than the call`,
    );
  }
  return { ...(call === undefined ? {} : { timeoutMs: mostMs }), transport: defined(transport) };
}

function readAsync(fields: Fields, timeouts: TreeNode | undefined, warn: Warn): Reached {
  const times = asyncTimes(fields, timeouts, warn);
  const file = (name: string): string | undefined => {
    const node = fields.optional(name);
    if (node === undefined) return undefined;
    warn(
      node,
      "only a Flink cluster reads certificates from files: a runtime of this package refuses the endpoint",
    );
    return textOf(node, "the path of a file");
  };
  const size = (name: string): number | undefined => {
    const node = fields.optional(name);
    return node && integerOf(node, "an integer from 1 on", 1, longestWaitMs);
  };
  const transport = {
    type: "async",
    connectTimeoutMs: times.connectTimeoutMs,
    maxPayloadBytes: size("payload_max_bytes"),
    poolSize: size("pool_size"),
    poolTtlMs: durationIn(fields, "pool_ttl", 0),
    trustCaCerts: file("trust_cacerts"),
    clientCert: file("client_cert"),
    clientKey: file("client_key"),
    clientKeyPassword: file("client_key_password"),
  } as const;
  const { timeoutMs } = times;
  return { ...(timeoutMs === undefined ? {} : { timeoutMs }), transport: defined(transport) };
}

/**
 * `call` and `connect` stand beside the other settings, as the documentation shows them, or in `timeouts`, which
 * 3.2 added for files of OkHttp. Where both are, `timeouts` holds as a whole, with defaults of its own.
 */
function asyncTimes(
  fields: Fields,
  timeouts: TreeNode | undefined,
  warn: Warn,
): { readonly timeoutMs: number | undefined; readonly connectTimeoutMs: number | undefined } {
  const call = fields.optional("call");
  const connect = fields.optional("connect");
  if (timeouts === undefined) {
    return {
      timeoutMs: call && durationOf(call, longestWaitMs),
      connectTimeoutMs: connect && durationOf(connect, longestWaitMs),
    };
  }
  for (const node of [call, connect]) {
    if (node !== undefined) warn(node, "ignored, because timeouts is given too");
  }
  return readFields(timeouts, "a map of durations", warn, (inner) => {
    for (const name of ["read", "write"]) {
      const node = inner.optional(name);
      if (node !== undefined)
        warn(node, `ignored: only the transport ${types[1]} has this setting`);
    }
    return {
      timeoutMs: durationIn(inner, "call") ?? 60_000,
      connectTimeoutMs: durationIn(inner, "connect") ?? 10_000,
    };
  });
}

function durationIn(fields: Fields, name: string, leastMs = 1): number | undefined {
  const node = fields.optional(name);
  return node && durationOf(node, longestWaitMs, leastMs);
}

/** Without what is undefined. */
function defined<T extends object>(
  all: T & { readonly type: EndpointTransport["type"] },
): EndpointTransport {
  const entries = Object.entries(all).filter(([, value]) => value !== undefined);
  // What is left are the properties that it has anyway.
  return Object.fromEntries(entries) as unknown as EndpointTransport;
}
