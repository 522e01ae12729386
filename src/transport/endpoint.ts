import {
  assertInteger,
  assertKnownKeys,
  assertText,
  assertUserTypename,
  invalid,
  isRecord,
} from "../internal/assert.ts";
import { defaultPayloadBytes, longestWaitMs } from "../internal/limits.ts";
import { show } from "../internal/show.ts";
import type { MissingValue } from "../model/outcome.ts";
import { splitTypename } from "../model/typename.ts";
import type { ProtocolCodec } from "../protocol/codec.ts";
import { codecV2 } from "../protocol/v2/codec.ts";
import { codecV3 } from "../protocol/v3/codec.ts";
import type { BoundFunction } from "../sdk/invocation/bound-function.ts";
import type { Owned, RemoteEndpoint } from "../sdk/modules/define-module.ts";
import { declaredStates } from "./declared-states.ts";
import { type UrlTemplate, urlTemplate } from "./url-template.ts";

/** As a cluster batches by default: a round trip is what a batch saves. */
const defaultMaxBatch = 1_000;
/** The most that a handler of this package takes in one request, whatever a module says. */
const largestBatch = 10_000;
/** The payload limit of a cluster's async transport. */
/** How long a cluster's transports wait for a call, independent of the time for handlers of this process. */
const asyncTimeoutMs = 120_000;
const okHttpTimeoutMs = 60_000;

/** A remote endpoint after its checks, with nothing left open. */
export interface Endpoint {
  /** The module that it comes from. */
  readonly module: string;
  /** `namespace/name`, or `namespace/*` for all functions of a namespace that nothing else binds. */
  readonly functions: readonly string[];
  /** What is known of the messages of those that were given as references. */
  readonly references: ReadonlyMap<string, Pick<BoundFunction, "accepts" | "replies">>;
  readonly url: UrlTemplate;
  readonly codec: ProtocolCodec;
  /** Of v2, whose functions cannot say them. */
  readonly states: ReadonlyMap<string, MissingValue>;
  readonly maxBatch: number;
  /** Of one exchange. */
  readonly timeoutMs: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly maxResponseBytes: number;
}

const settings = [
  "functions",
  "urlPathTemplate",
  "protocol",
  "states",
  "maxNumBatchRequests",
  "timeoutMs",
  "headers",
  "transport",
];

/** Throws `invalid_argument` for an endpoint that cannot be, in words that name its module. */
export function resolveEndpoint({ module, part }: Owned<RemoteEndpoint>): Endpoint {
  const what = `an endpoint of module ${show(module)}`;
  const given: unknown = part;
  if (!isRecord(given)) throw invalid(`${what} must be an object, got ${show(given)}`);
  const {
    functions,
    urlPathTemplate,
    protocol = "v3",
    states,
    maxNumBatchRequests = defaultMaxBatch,
    timeoutMs = part.transport?.type === "okhttp" ? okHttpTimeoutMs : asyncTimeoutMs,
    headers = {},
    transport = {},
  } = part;
  assertKnownKeys(given, settings, `the settings of ${what}`);
  if (protocol !== "v2" && protocol !== "v3") {
    throw invalid(`protocol of ${what} must be "v2" or "v3", got ${show(protocol)}`);
  }
  if (protocol === "v3" && states !== undefined) {
    throw invalid(
      `${what} has states: a function of wire v3 declares its states itself, so leave them out`,
    );
  }
  assertInteger(maxNumBatchRequests, `maxNumBatchRequests of ${what}`, Number.MIN_SAFE_INTEGER);
  assertInteger(timeoutMs, `timeoutMs of ${what}`, 1, longestWaitMs);
  const url = urlTemplate(urlPathTemplate, what);
  const names = functionNames(functions, what);
  // Of a namespace they come with the messages.
  for (const name of names) if (!name.endsWith("/*")) url.urlOf(splitTypename(name)[1]);
  return {
    module,
    functions: names,
    references: new Map(
      functions.flatMap((ref) => (typeof ref === "string" ? [] : [[ref.typename, ref] as const])),
    ),
    url,
    codec: protocol === "v2" ? codecV2 : codecV3,
    states: declaredStates(states ?? [], what),
    // As on a cluster, 0 or less is no limit.
    maxBatch: Math.min(maxNumBatchRequests <= 0 ? largestBatch : maxNumBatchRequests, largestBatch),
    timeoutMs,
    headers: headerList(headers, what),
    maxResponseBytes: maxResponseBytes(transport, what),
  };
}

/**
 * Of the settings of a cluster's transport the size of an answer counts here as well. Connections and their times
 * are the platform's; certificates it cannot be given, and without them the endpoint would be another one.
 */
function maxResponseBytes(
  transport: Partial<NonNullable<RemoteEndpoint["transport"]>>,
  what: string,
): number {
  const files = ["trustCaCerts", "clientCert", "clientKey", "clientKeyPassword"] as const;
  const name = files.find((file) => transport[file] !== undefined);
  if (name !== undefined) {
    throw invalid(
      `transport of ${what} has ${name}: this runtime does not read certificates from files`,
    );
  }
  const { maxPayloadBytes = defaultPayloadBytes } = transport;
  assertInteger(maxPayloadBytes, `maxPayloadBytes of ${what}`, 1);
  return maxPayloadBytes;
}

function functionNames(list: unknown, what: string): string[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid(
      `functions of ${what} must be a list of at least one function, got ${show(list)}`,
    );
  }
  return list.map((entry: unknown) => {
    const name = typeof entry === "string" ? entry : Object(entry).typename;
    if (typeof name === "string" && /^[^/*]+\/(?:\*|[^/*]+)$/.test(name)) {
      assertUserTypename(name, `a function of ${what}`);
      return name;
    }
    throw invalid(
      `functions of ${what} must be references, or "namespace/*" for a whole namespace, got ${show(name)}`,
    );
  });
}

function headerList(headers: unknown, what: string): [string, string][] {
  if (!isRecord(headers)) {
    throw invalid(`headers of ${what} must be an object, got ${show(headers)}`);
  }
  return Object.entries(headers).map(([name, value]) => {
    assertText(value, `header ${show(name)} of ${what}`);
    try {
      new Headers([[name, value]]);
    } catch {
      // The value may be a secret: it is not shown.
      throw invalid(`header ${show(name)} of ${what} is not a valid HTTP header`);
    }
    return [name, value];
  });
}
