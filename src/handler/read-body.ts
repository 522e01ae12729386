import { noBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { bodyTooLarge } from "./invoke.ts";

/**
 * The bytes of a body, or `limit_exceeded` as soon as there are more than allowed. A Content-Length is
 * believed when it says too much and never when it says little: what arrives is counted, and no memory is
 * set aside for what has only been announced.
 */
export async function readBody(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > maxBodyBytes) {
    await request.body?.cancel();
    throw bodyTooLarge(maxBodyBytes);
  }
  if (request.bodyUsed) {
    throw new StateFunError(
      "invalid_argument",
      "the body was read before it came to the handler: mount the handler before what reads it",
    );
  }
  if (request.body === null) return noBytes;
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(cutShort);
    if (done) break;
    size += value.length;
    if (size > maxBodyBytes) {
      // The sender may go on for ever: nobody waits for it.
      reader.cancel().catch(() => undefined);
      throw bodyTooLarge(maxBodyBytes);
    }
    chunks.push(value);
  }
  const [first, second] = chunks;
  if (first !== undefined && second === undefined) return first;
  const body = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) {
    body.set(chunk, position);
    position += chunk.length;
  }
  return body;
}

function cutShort(cause: unknown): never {
  throw new StateFunError("malformed_request", "the body ended early", { cause });
}
