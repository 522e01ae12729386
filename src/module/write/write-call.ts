import { assertInteger, invalid } from "../../internal/assert.ts";
import type { EndpointTransport, RemoteEndpoint } from "../../sdk/modules/define-module.ts";
import { unlimited } from "../kinds/endpoint-spec.ts";
import { durationText } from "../read/duration.ts";
import type { Format, Written } from "./write-format.ts";

/** A function or a namespace, and where it is called. */
export interface Call {
  readonly module: string;
  /** `namespace/name` or `namespace/*`. */
  readonly target: string;
  readonly endpoint: RemoteEndpoint;
  /** Served by this package, which speaks every wire. */
  readonly isLocal: boolean;
}

type Times = { readonly [name in "call" | "connect" | "read" | "write"]?: number | undefined };

export function writeCall(call: Call, format: Format): Written {
  const { endpoint, isLocal, target } = call;
  if (endpoint.headers !== undefined)
    throw cannot(call, "the headers of an endpoint", "any format");
  if (!/^[^/*]+\/(?:\*|[^/*]+)$/.test(target))
    throw cannot(call, "such a function name", "any format");
  const wire = format === "2.0" ? "v2" : "v3";
  if (!isLocal && (endpoint.protocol ?? "v3") !== wire) {
    throw cannot(call, `an endpoint that speaks ${endpoint.protocol ?? "v3"}`, format);
  }
  if (format === "2.0") return writeFunction(call);
  const states = endpoint.states ?? [];
  if (!isLocal && states.length > 0) throw cannot(call, "the states of a function", format);
  const spec = {
    functions: target,
    urlPathTemplate: endpoint.urlPathTemplate,
    ...writeMaxBatch(endpoint),
  };
  if (format === "kind") {
    const kind = "io.statefun.endpoints.v2/http";
    return { kind, spec: { ...spec, ...writeTransport(endpoint) } };
  }
  const timeouts = durations(okHttpTimes(call, format));
  const named = timeouts === undefined ? spec : { ...spec, timeouts };
  return { endpoint: { meta: { kind: "http" }, spec: named } };
}

/** A function of 2.x has an endpoint of its own, without placeholders, and the states. */
function writeFunction(call: Call): Written {
  const { endpoint, target } = call;
  const name = target.slice(target.indexOf("/") + 1);
  if (name === "*") throw cannot(call, "all functions of a namespace", "2.0");
  const { call: timeout, connect, read, write } = durations(okHttpTimes(call, "2.0")) ?? {};
  const states = (endpoint.states ?? []).map((state) => {
    const { expireAfterWriteMs, expireAfterCallMs } = state;
    const ms = expireAfterWriteMs ?? expireAfterCallMs;
    if (ms === undefined) return { name: state.name };
    const expireMode = expireAfterWriteMs === undefined ? "after-invoke" : "after-write";
    return { name: state.name, expireAfter: durationText(ms), expireMode };
  });
  const spec = {
    endpoint: endpoint.urlPathTemplate.replaceAll("{function.name}", name),
    ...(states.length === 0 ? {} : { states }),
    ...writeMaxBatch(endpoint),
    ...defined({ timeout, connectTimeout: connect, readTimeout: read, writeTimeout: write }),
  };
  return { function: { meta: { kind: "http", type: target }, spec } };
}

function writeMaxBatch({ maxNumBatchRequests }: RemoteEndpoint): object {
  if (maxNumBatchRequests === undefined) return {};
  return { maxNumBatchRequests: maxNumBatchRequests >= unlimited ? -1 : maxNumBatchRequests };
}

/**
 * The times of async stand beside its other settings: StateFun 3.1 to 3.3 read them there, `timeouts` only 3.2 and
 * later do. OkHttp has `timeouts`.
 */
function writeTransport({ transport, timeoutMs }: RemoteEndpoint): object {
  if (transport === undefined && timeoutMs === undefined) return {};
  const { type = "async", ...settings }: Partial<EndpointTransport> = transport ?? {};
  const times = { call: timeoutMs, connect: settings.connectTimeoutMs };
  const written =
    type === "async"
      ? {
          ...durations(times),
          pool_ttl: settings.poolTtlMs === undefined ? undefined : durationText(settings.poolTtlMs),
          pool_size: settings.poolSize,
          payload_max_bytes: settings.maxPayloadBytes,
          trust_cacerts: settings.trustCaCerts,
          client_cert: settings.clientCert,
          client_key: settings.clientKey,
          client_key_password: settings.clientKeyPassword,
        }
      : {
          timeouts: durations({
            ...times,
            read: settings.readTimeoutMs,
            write: settings.writeTimeoutMs,
          }),
        };
  return { transport: { type: `io.statefun.transports.v1/${type}`, ...defined(written) } };
}

/** The formats before 3.1 have no other transport. */
function okHttpTimes(call: Call, format: Format): Times {
  const { transport, timeoutMs } = call.endpoint;
  if (transport?.type === "async") throw cannot(call, "the async transport", format);
  const parts = transport ?? (timeoutMs === undefined ? {} : partsOf(timeoutMs));
  const { connectTimeoutMs, readTimeoutMs, writeTimeoutMs }: Partial<EndpointTransport> = parts;
  return { call: timeoutMs, connect: connectTimeoutMs, read: readTimeoutMs, write: writeTimeoutMs };
}

function durations(times: Times): { readonly [name in keyof Times]?: string } | undefined {
  const entries = Object.entries(times).flatMap(([name, ms]) => {
    if (ms === undefined) return [];
    assertInteger(ms, `the time to ${name} of an endpoint in ms`, 1);
    return [[name, durationText(ms)]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function defined(all: object): object {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function cannot({ target, module }: Call, what: string, format: string): Error {
  const where = `${target} of module ${module}`;
  return invalid(`cannot be expressed in a module file of ${format}: ${what} (${where})`);
}

/** OkHttp gives up after 10 s of silence, and a part of a call may not be longer than the call. */
function partsOf(timeoutMs: number): Omit<EndpointTransport, "type"> {
  const partMs = Math.min(timeoutMs, 10_000);
  const rest = partMs < 10_000 ? { connectTimeoutMs: partMs, writeTimeoutMs: partMs } : {};
  return { ...rest, readTimeoutMs: timeoutMs };
}
