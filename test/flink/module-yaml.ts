import type { Release, Transport } from "./releases.ts";

export interface Endpoint {
  readonly url: string;
  readonly transport: Transport;
  /** The whole time of a request with its retries. */
  readonly callTimeoutMs: number;
}

/** The namespaces of the functions: the smoke suite's, and the one of the scripts. */
const namespaces = ["statefun.smoke.e2e", "statefun.cluster.test"] as const;

/** The module.yaml by which a release finds the functions at `url`. JSON is YAML. */
export function moduleYaml(release: Release, endpoint: Endpoint): string {
  const documents = documentsOf(release, endpoint);
  return documents.map((document) => `---\n${JSON.stringify(document, null, 2)}\n`).join("");
}

function documentsOf(release: Release, endpoint: Endpoint): readonly unknown[] {
  if (release.version === "2.2.2")
    return [remoteModule("2.0", { functions: [interpreterV2(endpoint)] })];
  if (release.version === "3.0.0") {
    const endpoints = namespaces.map((namespace) => ({
      endpoint: { meta: { kind: "http" }, spec: legacyEndpoint(namespace, endpoint) },
    }));
    return [remoteModule("3.0", { endpoints })];
  }
  return namespaces.map((namespace) => endpointDocument(namespace, endpoint));
}

/** One document with a version: the form of all the releases before 3.1. */
const remoteModule = (version: string, spec: unknown) => ({
  version,
  module: { meta: { type: "remote" }, spec },
});

const duration = (ms: number) => `${ms} ms`;

/** On wire v2 the states are declared here, not by the function. */
function interpreterV2({ url, callTimeoutMs }: Endpoint): unknown {
  return {
    function: {
      meta: { kind: "http", type: "statefun.smoke.e2e/command-interpreter-fn" },
      spec: { endpoint: url, states: [{ name: "state" }], ...timeoutV2(callTimeoutMs) },
    },
  };
}

/** Each part has to be within the whole. */
const timeoutV2 = (ms: number) => ({
  timeout: duration(ms),
  connectTimeout: duration(ms),
  readTimeout: duration(ms),
  writeTimeout: duration(ms),
});

function legacyEndpoint(namespace: string, { url, callTimeoutMs }: Endpoint): unknown {
  const part = duration(callTimeoutMs);
  return {
    functions: `${namespace}/*`,
    urlPathTemplate: url,
    timeouts: { call: part, connect: part, read: part, write: part },
  };
}

function endpointDocument(namespace: string, endpoint: Endpoint): unknown {
  if (endpoint.transport === "endpoints.v1") {
    return { kind: "io.statefun.endpoints.v1/http", spec: legacyEndpoint(namespace, endpoint) };
  }
  const part = duration(endpoint.callTimeoutMs);
  const connect = { call: part, connect: part };
  const transport =
    endpoint.transport === "async"
      ? { type: "io.statefun.transports.v1/async", timeouts: connect }
      : {
          type: "io.statefun.transports.v1/okhttp",
          timeouts: { ...connect, read: part, write: part },
        };
  const spec = { functions: `${namespace}/*`, urlPathTemplate: endpoint.url, transport };
  return { kind: "io.statefun.endpoints.v2/http", spec };
}
