import { noBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { tooLarge } from "./invoke.ts";

/**
 * The bytes of a body, or `limit_exceeded` as soon as there are more than allowed. A Content-Length is
 * believed when it says too much and never when it says little: what arrives is counted, and no memory is
 * set aside for what has only been announced.
 */
export async function readBody(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  if (request.bodyUsed) {
    throw new StateFunError("invalid_argument", "the body was read before it came to the handler");
  }
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let announced = Number(request.headers.get("content-length"));
  for (;;) {
    if (Math.max(size, announced) > maxBodyBytes) {
      // The sender may go on for ever: nobody waits for it.
      reader?.cancel().catch(() => undefined);
      throw tooLarge("the body", maxBodyBytes);
    }
    announced = 0;
    const chunk = await reader?.read().catch((cause: unknown) => {
      throw new StateFunError("malformed_request", "the body ended early", { cause });
    });
    if (chunk?.value === undefined) break;
    size += chunk.value.length;
    chunks.push(chunk.value);
  }
  if (chunks.length < 2) return chunks[0] ?? noBytes;
  const body = new Uint8Array(size);
  for (const chunk of chunks.reverse()) body.set(chunk, (size -= chunk.length));
  return body;
}
