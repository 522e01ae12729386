import { inBodyTime } from "../http/read-body.ts";
import { NonRetryableError, StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";
import { type AdminAuthenticate, anybody, type Operator, operatorOf } from "./operators.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import type { Watch } from "./routes/event-stream.ts";

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
  return authenticate && watchBy(() => isIn(authenticate, request), options, onError);
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
  return watchBy(isOperator, options, onError);
}

function watchBy(
  ask: () => Promise<boolean>,
  { bodyTimeoutMs, reauthenticateMs }: ResolvedSurfaceOptions,
  onError: (error: unknown) => void,
): Watch {
  const isStillIn = async (): Promise<boolean> => {
    try {
      return await inBodyTime(bodyTimeoutMs, ask);
    } catch (error) {
      onError(error);
      return false;
    }
  };
  return { everyMs: reauthenticateMs, isStillIn };
}
