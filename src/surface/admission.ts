import { inBodyTime } from "../http/read-body.ts";
import { NonRetryableError, StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import type { Watch } from "./routes/event-stream.ts";

/** Rejects with what `authenticate` throws, but never with an error that would be answered as one about the request. */
export async function isIn(authenticate: Authenticate, request: Request): Promise<boolean> {
  try {
    return (await authenticate(request)) === true;
  } catch (cause) {
    if (!(cause instanceof StateFunError)) throw cause;
    // One of ours would be answered, with a text about something that the caller has not asked for.
    throw new NonRetryableError(`authenticate threw: ${reasonOf(cause)}`, { cause });
  }
}

/** For a reader of a stream: if the check fails or does not answer, the reader is no longer admitted. */
export function watchOf(
  request: Request,
  { authenticate, bodyTimeoutMs, reauthenticateMs }: ResolvedSurfaceOptions,
  onError: (error: unknown) => void,
): Watch | undefined {
  if (authenticate === undefined) return undefined;
  const isStillIn = async (): Promise<boolean> => {
    try {
      return await inBodyTime(bodyTimeoutMs, () => isIn(authenticate, request));
    } catch (error) {
      onError(error);
      return false;
    }
  };
  return { everyMs: reauthenticateMs, isStillIn };
}
