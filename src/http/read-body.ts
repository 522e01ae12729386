import { noBytes } from "../internal/bytes.ts";
import { type InTime, inTime } from "../internal/deadline.ts";
import { StateFunError } from "../internal/errors.ts";
import { servedWithin } from "./server-hints.ts";
import { tooLarge } from "./too-large.ts";

/** What is larger costs more in copies than a stream does. */
const maxWholeBytes = 1_048_576;

/**
 * The bytes of a body, or `limit_exceeded` as soon as there are more than allowed. A Content-Length is
 * believed when it says too much and never when it says little: what arrives is counted, and no more
 * memory is set aside for what has only been announced than 32 times what has arrived. `limit` is the
 * name of the limit, for the error.
 */
export async function readBody(
  request: Request,
  maxBodyBytes: number,
  limit?: string,
  time?: BodyTime,
): Promise<Uint8Array> {
  if (request.bodyUsed) throw readBefore();
  const announced = Number(request.headers.get("content-length"));
  if (
    servedWithin(request) &&
    announced > 0 &&
    announced <= Math.min(maxBodyBytes, maxWholeBytes)
  ) {
    // Of a server that has held it to its length already: much cheaper than a stream on Node.
    try {
      return new Uint8Array(await request.arrayBuffer());
    } catch (cause) {
      throw endedEarly(cause);
    }
  }
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    reader = request.body?.getReader();
  } catch (cause) {
    throw readBefore(cause);
  }
  time?.onLate(() => reader?.cancel().catch(() => undefined));
  // Most bodies come as one chunk, which is handed on as it is.
  let body: Uint8Array = noBytes;
  let size = 0;
  for (let needed = announced; ; ) {
    if (needed > maxBodyBytes) {
      // The sender may continue for ever: the rest is not awaited.
      reader?.cancel().catch(() => undefined);
      throw tooLarge("the body", maxBodyBytes, limit);
    }
    let chunk: Uint8Array | undefined;
    try {
      chunk = (await reader?.read())?.value;
    } catch (cause) {
      throw endedEarly(cause);
    }
    if (chunk === undefined) return body.subarray(0, size);
    needed = size + chunk.length;
    if (size === 0) body = chunk;
    else {
      if (needed > body.length) {
        const expected = announced >= needed ? announced : maxBodyBytes;
        const grown = new Uint8Array(Math.max(needed, Math.min(expected, needed * 32)));
        grown.set(body.subarray(0, size));
        body = grown;
      }
      if (needed <= maxBodyBytes) body.set(chunk, size);
    }
    size = needed;
  }
}

function readBefore(cause?: unknown): StateFunError {
  const text = "the body has already been read";
  return new StateFunError("invalid_argument", text, { cause });
}

/** The time that a body has. */
export class BodyTime {
  /** Whether `authenticate` is asked, and has not answered. */
  #isAsking = false;
  #isOver = false;
  #run: (() => void) | undefined;

  /** `run` when it is over: what has been read by then is of no use to anybody, and is not to be held. */
  onLate(run: () => void): void {
    if (this.#isOver) run();
    else this.#run = run;
  }

  /** Asks `authenticate`, which may read the body. Throws `unauthenticated`, or what it throws. */
  async admit(authenticate: (request: Request) => unknown, request: Request): Promise<void> {
    this.#isAsking = true;
    if ((await authenticate(request)) !== true) {
      throw new StateFunError("unauthenticated", "authenticate did not return true");
    }
    this.#isAsking = false;
  }

  /** It is over. Gives the error that says who is late. */
  end(timeoutMs: number): StateFunError {
    this.#isOver = true;
    this.#run?.();
    return lateBody(timeoutMs, this.#isAsking);
  }
}

/**
 * What `work` ends with, or `timed_out`: for what waits for a body, `authenticate` included, which may read it. A sender that says no more, or a byte now and then,
 * would hold its place for ever where a server sets no limit.
 */
export function inBodyTime<T>(
  timeoutMs: number,
  work: (time: BodyTime) => Promise<T>,
  within: InTime = inTime,
): Promise<T> {
  const time = new BodyTime();
  return within(timeoutMs, work(time), () => {
    throw time.end(timeoutMs);
  });
}

/** `isAsking`: `authenticate` has not answered. It may have waited for the body, which cannot be seen where it reads a copy. */
export function lateBody(timeoutMs: number, isAsking?: boolean): StateFunError {
  const what = isAsking ? "authenticate did not answer" : "the request did not arrive";
  return new StateFunError("timed_out", `${what} within bodyTimeoutMs (${timeoutMs})`);
}

/** A fault of the transfer, not of the bytes: a runtime must send it again, so it is not a 400. */
export function endedEarly(cause: unknown): StateFunError {
  return new StateFunError("unavailable", "the body ended early", { cause });
}
