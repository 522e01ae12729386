import { endedEarly, lateBody } from "../http/read-body.ts";
import { urlOf } from "../http/request-url.ts";
import type { Direct, DirectAnswer } from "../http/server-hints.ts";
import { joined, noBytes } from "../internal/bytes.ts";

/** What is used of a request of node:http. */
export interface NodeRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names and values in turn, as they came: a name that stands twice is there twice. */
  readonly rawHeaders: readonly string[];
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
  const most = Math.min(direct.maxBodyBytes, maxDirectBytes);
  // A runtime sends the same one each time.
  let knownHost: unknown;
  const isHost = (host: unknown): boolean => {
    if (host === knownHost) return true;
    if (typeof host !== "string" || urlOf(host, { url: "/" }) === undefined) return false;
    knownHost = host;
    return true;
  };
  return (request, response) => {
    if (!isUsual(request, most) || !isHost(request.headers["host"])) {
      return otherwise(request, response);
    }
    const chunks: Uint8Array[] = [];
    let broken: unknown;
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      write(direct.refuse(lateBody(direct.bodyTimeoutMs)), response);
    }, direct.bodyTimeoutMs);
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", (error) => {
      broken = error;
    });
    request.on("end", () => {
      clearTimeout(timer);
      if (isOver) return;
      // Most bodies come as one chunk, which is handed on as it is: a Buffer is bytes.
      const [only = noBytes] = chunks;
      const answered = direct.answer(chunks.length > 1 ? joined(chunks) : only);
      if (answered instanceof Promise) answered.then((answer) => write(answer, response));
      else write(answered, response);
    });
    request.on("close", () => {
      clearTimeout(timer);
      // What has not come as a whole is never invoked.
      if (!request.complete && !isOver) direct.refuse(endedEarly(broken));
    });
  };
}

/** Whether a request is as runtimes send it: one Host, a path, octets with a length that is within the limit. */
function isUsual({ method, url, headers, rawHeaders }: NodeRequest, most: number): boolean {
  const length = Number(headers["content-length"]);
  return (
    method === "POST" &&
    headers["content-type"] === "application/octet-stream" &&
    headers["content-encoding"] === undefined &&
    length > 0 &&
    length <= most &&
    url?.startsWith("/") === true &&
    rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text)).length === 1
  );
}

async function write(answer: DirectAnswer, response: NodeResponse): Promise<void> {
  const isError = answer instanceof Response;
  const bytes = isError ? new Uint8Array(await answer.arrayBuffer()) : answer;
  response.writeHead(isError ? answer.status : 200, {
    ...(isError ? Object.fromEntries(answer.headers) : octets),
    "content-length": bytes.length,
  });
  response.end(bytes);
}

const octets = { "content-type": "application/octet-stream" };
