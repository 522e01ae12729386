import { lateBody } from "../http/read-body.ts";
import { servedWithin } from "../http/server-hints.ts";
import { inTime } from "../internal/deadline.ts";
import { NonRetryableError, StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";
import { refuse } from "./answers.ts";
import { type AdminAuthenticate, anybody, type Operator, operatorOf } from "./operators.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import type { Watch } from "./routes/event-stream.ts";

/**
 * What `authenticate` says, asked by `ask` in the time that a request has to arrive. It may read the body. Where there is none, it is the
 * check itself that does not end: those who run it hear of it, and the caller may try again.
 */
export function inTimeToArrive<T>(
  request: Request,
  timeoutMs: number,
  ask: () => Promise<T>,
  onError: (error: unknown) => void,
): Promise<T> {
  return inTime(timeoutMs, ask(), () => {
    const late = lateBody(timeoutMs, true);
    if (hasBody(request)) throw late;
    onError(new StateFunError("unavailable", late.message));
    // The text is ours: callers see it whatever they may see of errors.
    return refuse(503, "unavailable", late.message);
  });
}

/** Node and Deno give a stream to every request that may have a body. */
function hasBody(request: Request): boolean {
  const { body, headers } = request;
  const length = headers.get("content-length");
  if (body === null || length === "0") return false;
  // Of HTTP/1, by a server of ours: it says a length, or that it comes in pieces.
  return length !== null || headers.has("transfer-encoding") || servedWithin(request) === undefined;
}

/** Rejects with what `authenticate` throws, but never with an error that would be answered as one about the request. */
export function isIn(authenticate: Authenticate, request: Request): Promise<boolean> {
  return asked(async () => (await authenticate(request)) === true);
}

/** Who sends a request to the routes for operators; undefined for nobody who may. Rejects as `isIn` does. */
export async function operatorIn(
  authenticate: AdminAuthenticate | undefined,
  request: Request,
): Promise<Operator | undefined> {
  if (authenticate === undefined) return anybody;
  return asked(async () => operatorOf(await authenticate(request)));
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof StateFunError)) throw cause;
    // One of ours would be answered, with a text about something that the caller has not asked for.
    throw new NonRetryableError(`authenticate threw: ${reasonOf(cause)}`, { cause });
  }
}

/** For a reader of a stream: if the check fails or does not answer, the reader is no longer admitted. */
export function watchOf(
  request: Request,
  options: ResolvedSurfaceOptions,
  onError: (error: unknown) => void,
): Watch | undefined {
  const { authenticate } = options;
  return authenticate && watchBy(request, () => isIn(authenticate, request), options, onError);
}

/** The same for an operator. */
export function operatorWatch(
  request: Request,
  options: ResolvedSurfaceOptions,
  onError: (error: unknown) => void,
): Watch | undefined {
  const authenticate = options.admin?.authenticate;
  if (authenticate === undefined) return undefined;
  const isOperator = async () => (await operatorIn(authenticate, request)) !== undefined;
  return watchBy(request, isOperator, options, onError);
}

function watchBy(
  request: Request,
  ask: () => Promise<boolean>,
  { bodyTimeoutMs, reauthenticateMs }: ResolvedSurfaceOptions,
  onError: (error: unknown) => void,
): Watch {
  const isStillIn = async (): Promise<boolean> => {
    try {
      return await inTimeToArrive(request, bodyTimeoutMs, ask, () => {});
    } catch (error) {
      onError(error);
      return false;
    }
  };
  return { everyMs: reauthenticateMs, isStillIn };
}
