import { endedEarly } from "../handler/read-body.ts";
import type { Direct } from "../handler/served.ts";
import { joined, noBytes } from "../internal/bytes.ts";

/** What is used of a request of node:http. */
export interface NodeRequest {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly complete: boolean;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "close" | "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** What is used of a response of node:http. */
export interface NodeResponse {
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  end(bytes: Uint8Array): unknown;
}

export type NodeListener = (request: NodeRequest, response: NodeResponse) => void;

/** What is larger need not be fast, and is counted while it comes. */
const maxDirectBytes = 1_048_576;

/**
 * Answers what a cluster sends without a `Request` and a `Response`, which take as long as all the rest; anything that is
 * unusual goes to `otherwise`. Node holds a body to its Content-Length, and refuses a request that is chunked as well.
 */
export function directly(direct: Direct, otherwise: NodeListener): NodeListener {
  const most = Math.min(direct.invoker.options.maxBodyBytes, maxDirectBytes);
  return (request, response) => {
    const { method, headers } = request;
    const length = Number(headers["content-length"]);
    const isUsual =
      method === "POST" &&
      headers["content-type"] === "application/octet-stream" &&
      headers["content-encoding"] === undefined &&
      length > 0 &&
      length <= most;
    if (!isUsual) return otherwise(request, response);
    const chunks: Uint8Array[] = [];
    let broken: unknown;
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", (error) => {
      broken = error;
    });
    request.on("end", () => {
      // Most bodies come as one chunk, which is handed on as it is: a Buffer is bytes.
      const [only = noBytes] = chunks;
      answer(direct, chunks.length > 1 ? joined(chunks) : only, response);
    });
    request.on("close", () => {
      // What has not come as a whole is never invoked.
      if (!request.complete) direct.invoker.refuse(endedEarly(broken));
    });
  };
}

async function answer(
  { invoker, contentOrError }: Direct,
  body: Uint8Array,
  response: NodeResponse,
): Promise<void> {
  const invoked = invoker.invoke(body, undefined);
  const content = contentOrError(invoked instanceof Promise ? await invoked : invoked);
  const isError = content instanceof Response;
  const bytes = isError ? new Uint8Array(await content.arrayBuffer()) : content;
  response.writeHead(isError ? content.status : 200, {
    ...(isError ? Object.fromEntries(content.headers) : octets),
    "content-length": bytes.length,
  });
  response.end(bytes);
}

const octets = { "content-type": "application/octet-stream" };
