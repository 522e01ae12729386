import { createReport, type Report } from "../../handler/invoke.ts";
import type { ExecutionContextLike, HandlerOptions } from "../../handler/options.ts";
import {
  errorResponse,
  type FetchHandler,
  requestReplyHandler,
} from "../../handler/request-reply-handler.ts";
import { inBodyTime, readBody } from "../../http/read-body.ts";
import { tooLarge } from "../../http/too-large.ts";
import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { InvocationBatch } from "../../model/invocation.ts";
import type { InvocationOutcome } from "../../model/outcome.ts";
import type { ProtocolCodec } from "../../protocol/codec.ts";
import { detectProtocol } from "../../protocol/detect-protocol.ts";
import { codecV2 } from "../../protocol/v2/codec.ts";
import { codecV3 } from "../../protocol/v3/codec.ts";
import {
  type AnyModule,
  type EnvOf,
  functionTable,
  type Module,
} from "../../sdk/functions/function-table.ts";
import type { FunctionTable } from "../../sdk/invocation/bound-function.ts";
import { isReserved, mentionsReserved } from "../names.ts";
import { answerBatch } from "./answer-batch.ts";
import {
  answeredBytes,
  type Inner,
  NotAnswered,
  remoteEndpoint,
  withBody,
} from "./inner-endpoint.ts";
import { KnownFunctions } from "./known-functions.ts";
import { moveRecords } from "./move-egress.ts";
import {
  type EndpointOptions,
  type MigrationOptions,
  type ResolvedMigrationOptions,
  resolveMigrationOptions,
} from "./options.ts";

/**
 * Messages and records in the answer to a part of a batch. A cluster counts none, and `maxBodyBytes` bounds them too; this bounds
 * what small ones take in memory: 100 for each message of the largest batch.
 */
const maxEffects = 1_000_000;

/** A fetch handler that speaks the protocol of StateFun, of whatever make. */
export type Endpoint = (
  request: Request,
  env?: unknown,
  executionContext?: ExecutionContextLike,
) => Response | Promise<Response>;

/**
 * Stands between a StateFun cluster and the functions that it calls, and answers two types of messages itself:
 * `statefun.migration/export` with a record of all states of the instance, `statefun.migration/import` by writing states.
 * All other requests go on as they came. Never rejects.
 *
 * `functions` are those of this library; the options are those of `requestReplyHandler` and of the move. Or an endpoint of any SDK: its URL,
 * to which the path of a request is added, or a fetch handler. Then `authenticate` is asked before the endpoint is.
 *
 * Whoever can put a message of a reserved type into an ingress can read and write state: use it while you move, and not longer.
 */
export function migratable<const M extends AnyModule | readonly AnyModule[]>(
  functions: M,
  options: MigrationOptions & HandlerOptions<EnvOf<M>>,
): FetchHandler<EnvOf<M>>;
export function migratable(
  endpoint: string | URL | Endpoint,
  options: MigrationOptions & EndpointOptions,
): Endpoint & ((...args: Parameters<Endpoint>) => Promise<Response>);
export function migratable(
  endpoint: AnyModule | readonly AnyModule[] | string | URL | Endpoint,
  given: MigrationOptions & (HandlerOptions | EndpointOptions),
): (request: Request, env?: unknown, executionContext?: ExecutionContextLike) => Promise<Response> {
  const options = resolveMigrationOptions(given);
  const report = createReport(options.handler);
  const { inner, bound } = innerOf(endpoint, options, report);
  const known = new KnownFunctions(options.states, bound);
  return async (request, env, executionContext) => {
    let bytes: Uint8Array | undefined;
    let read: ReservedBatch | undefined;
    try {
      bytes = await received(request, options.handler);
      if (bytes !== undefined && mentionsReserved(bytes)) read = readReserved(bytes, options);
    } catch (error) {
      report(error);
      return errorResponse(error, true);
    }
    try {
      if (bytes === undefined) return await inner(request, env, executionContext);
      if (read === undefined) return await inner(withBody(request, bytes), env, executionContext);
      const { codec, batch } = read;
      const run = async (part: InvocationBatch): Promise<InvocationOutcome> => {
        const partRequest = withBody(request, codec.encodeRequest(part));
        const { maxBodyBytes, maxStates } = options.handler;
        const response = await inner(partRequest, env, executionContext);
        const answer = await answeredBytes(response, maxBodyBytes);
        const limits = { maxBytes: maxBodyBytes, maxInvocations: maxEffects, maxStates };
        return codec.decodeResponse(answer, limits);
      };
      return await answerOf(batch, codec, run, known, options);
    } catch (error) {
      // Several requests may have waited for one answer.
      if (error instanceof NotAnswered) return error.response.clone();
      report(error);
      return errorResponse(error, false);
    }
  };
}

interface Behind {
  readonly inner: Inner;
  /** The functions, where they are of this process. */
  readonly bound: FunctionTable | undefined;
}

function innerOf(endpoint: unknown, options: ResolvedMigrationOptions, report: Report): Behind {
  if (typeof endpoint === "function") return { inner: endpoint as Inner, bound: undefined };
  if (typeof endpoint === "string" || endpoint instanceof URL) {
    const url = httpUrl(String(endpoint));
    return { inner: remoteEndpoint(url, options.fetch, report), bound: undefined };
  }
  const bound = functionTable(endpoint);
  // It was asked when the request came.
  const handlerOptions = { ...options.handlerOptions, authenticate: undefined };
  // `functionTable` has looked at them; what they want of `env` is between them and whoever calls.
  const modules = endpoint as readonly Module[];
  return { inner: requestReplyHandler(modules, handlerOptions), bound };
}

function httpUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Said below.
  }
  throw invalid(`the endpoint must be a URL of http or https, got ${show(text)}`);
}

/** The bytes of a batch; undefined for a request that is none, which is the endpoint's to refuse. */
function received(
  request: Request,
  { authenticate, bodyTimeoutMs, maxBodyBytes }: ResolvedMigrationOptions["handler"],
): Promise<Uint8Array | undefined> {
  return inBodyTime(bodyTimeoutMs, async (time) => {
    if (authenticate !== undefined) await time.admit(authenticate, request);
    const { method, headers } = request;
    const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (method !== "POST" || type !== "application/octet-stream") return undefined;
    return headers.has("content-encoding")
      ? undefined
      : readBody(request, maxBodyBytes, undefined, time);
  });
}

interface ReservedBatch {
  readonly codec: ProtocolCodec;
  readonly batch: InvocationBatch;
}

/**
 * A batch with reserved messages. Bytes that are no batch are the endpoint's to refuse. Throws for one above a limit, which the
 * endpoint may not have: it may hold reserved messages, and a function must never see one.
 */
function readReserved(
  bytes: Uint8Array,
  { handler }: ResolvedMigrationOptions,
): ReservedBatch | undefined {
  const { protocol, maxBodyBytes, maxInvocations, maxStates } = handler;
  try {
    const wire = protocol === "auto" ? detectProtocol(bytes) : protocol;
    const codec = wire === "v2" ? codecV2 : codecV3;
    const limits = { maxBytes: maxBodyBytes, maxInvocations, maxStates };
    const batch = codec.decodeRequest(bytes, limits);
    const isOne = batch.invocations.some(({ argument }) => isReserved(argument.typename));
    return isOne ? { codec, batch } : undefined;
  } catch (error) {
    if (error instanceof StateFunError && error.code === "malformed_request") return undefined;
    throw error;
  }
}

async function answerOf(
  batch: InvocationBatch,
  codec: ProtocolCodec,
  run: (part: InvocationBatch) => Promise<InvocationOutcome>,
  known: KnownFunctions,
  options: ResolvedMigrationOptions,
): Promise<Response> {
  const { maxBodyBytes } = options.handler;
  let length = 0;
  // Where all of it is too much the exports are refused, since without them the function can still be answered.
  for (const share of [0.9, 0]) {
    const outcome = await answerBatch(batch, {
      wire: codec.name,
      run,
      statesOf: (asked) => known.statesOf(asked, run),
      records: (record) => moveRecords(record, options),
      maxRecordsBytes: Math.floor(maxBodyBytes * share),
      now: Date.now,
    });
    const response = codec.encodeResponse(outcome);
    length = response.length;
    if (length > maxBodyBytes) continue;
    return new Response(response, { headers: { "content-type": "application/octet-stream" } });
  }
  throw tooLarge(`the response of ${length} bytes`, maxBodyBytes);
}
