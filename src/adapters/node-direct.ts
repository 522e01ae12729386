import { endedEarly, lateBody } from "../http/read-body.ts";
import type { RequestHead } from "../http/request-head.ts";
import { urlOf } from "../http/request-url.ts";
import {
  type BodyReceiver,
  type Direct,
  type DirectResponse,
  directOf,
} from "../http/server-hints.ts";
import { joined, noBytes } from "../internal/bytes.ts";
import { writeAnswer } from "./node-answer.ts";
import { NodeHead } from "./node-head.ts";
import type { NodeRequest, NodeResponse } from "./node-http.ts";

export type NodeListener = (request: NodeRequest, response: NodeResponse) => void;

/** What is larger need not be fast, and is counted while it comes. */
const maxDirectBytes = 1_048_576;

/**
 * Answers what most callers send without a `Request` and a `Response`, which take as long as all the rest; anything that is
 * unusual goes to `otherwise`. Node holds a body to its Content-Length, and refuses a request that is chunked as well.
 */
export function directly(handler: object, otherwise: NodeListener): NodeListener {
  const isHost = hostCheck();
  return (request, response) => {
    // A handler that loads its parts when it is first asked says so from then on.
    const direct = directOf(handler);
    if (direct === undefined) return otherwise(request, response);
    const { maxBodyBytes, bodyTimeoutMs } = direct;
    const most = Math.min(maxBodyBytes, maxDirectBytes);
    const head = new NodeHead(request, response);
    // One behind a request that is not answered yet must not overtake that: Node gives it no socket so far.
    const isUsual =
      response.socket !== null && isHost(head.headers.get("host")) && isFramed(head, most);
    const exchange = isUsual ? exchangeOf(direct, head) : undefined;
    if (exchange === undefined) otherwise(request, response);
    else if (head.method === "GET" || head.method === "HEAD") {
      write(exchange.answer(noBytes), response);
    } else receive(request, response, exchange, { length: lengthOf(head), bodyTimeoutMs });
  };
}

/** Whether a URL would keep this Host unchanged; the last one is remembered. */
function hostCheck(): (host: string | null) => boolean {
  let known: string | undefined;
  return (host) => {
    if (host === known) return true;
    // Two Host headers are joined with a comma, which no host contains.
    if (host === null || urlOf(host, { url: "/" })?.host !== host) return false;
    known = host;
    return true;
  };
}

/** Whether a request has a body as most have: with a length that is within the limit, or none where none is expected. */
function isFramed({ method, headers, url }: RequestHead, most: number): boolean {
  // Where a whole URL is the target, its host is the one that counts.
  if (!url.startsWith("/")) return false;
  if (method === "GET" || method === "HEAD") {
    return !headers.has("content-length") && !headers.has("transfer-encoding");
  }
  const length = lengthOf({ headers });
  return (method === "POST" || method === "PUT") && length > 0 && length <= most;
}

function lengthOf({ headers }: Pick<RequestHead, "headers">): number {
  return Number(headers.get("content-length"));
}

function exchangeOf(direct: Direct, head: RequestHead): BodyReceiver | undefined {
  if ("begin" in direct) return direct.begin(head);
  // A runtime of clusters sends exactly this, and never compresses.
  const { method, headers } = head;
  const isOctets =
    headers.get("content-type") === "application/octet-stream" && !headers.has("content-encoding");
  return method === "POST" && isOctets ? direct : undefined;
}

/** Hands the body to the exchange when it has come as a whole, and what became of it otherwise. */
function receive(
  request: NodeRequest,
  response: NodeResponse,
  exchange: BodyReceiver,
  { length, bodyTimeoutMs }: { readonly length: number; readonly bodyTimeoutMs: number },
): void {
  // By then what came together with the head has been parsed: most bodies, which are read without listeners and a timer. Later
  // the client may have closed its half, and Node the connection.
  process.nextTick(() => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    // Node 26 gives one chunk at a time, older ones all of them as one.
    for (let chunk = request.read(); chunk !== null; chunk = request.read()) {
      chunks.push(chunk);
      size += chunk.length;
    }
    if (size === length) write(exchange.answer(wholeOf(chunks)), response);
    else wait(request, response, exchange, { chunks, bodyTimeoutMs });
  });
}

/** Most bodies come as one chunk, which is handed on as it is: a Buffer is bytes. */
function wholeOf(chunks: readonly Uint8Array[]): Uint8Array {
  const [only = noBytes] = chunks;
  return chunks.length > 1 ? joined(chunks) : only;
}

/** The same for a body of which something is still on its way. */
function wait(
  request: NodeRequest,
  response: NodeResponse,
  exchange: BodyReceiver,
  { chunks, bodyTimeoutMs }: { readonly chunks: Uint8Array[]; readonly bodyTimeoutMs: number },
): void {
  if (request.destroyed) {
    exchange.refuse(endedEarly(undefined));
    return;
  }
  let broken: unknown;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
  };
  const timer = setTimeout(() => {
    end();
    write(exchange.refuse(lateBody(bodyTimeoutMs)), response);
  }, bodyTimeoutMs);
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("error", (error) => {
    broken = error;
  });
  request.on("end", () => {
    if (isOver) return;
    end();
    write(exchange.answer(wholeOf(chunks)), response);
  });
  request.on("close", () => {
    if (isOver) return;
    end();
    // What has not come as a whole is never invoked, and nobody reads an answer.
    exchange.refuse(endedEarly(broken));
  });
}

function write(answer: DirectResponse | Promise<DirectResponse>, response: NodeResponse): void {
  if (answer instanceof Promise) answer.then((one) => writeOne(one, response));
  else writeOne(answer, response);
}

function writeOne(answer: DirectResponse, response: NodeResponse): void {
  if (answer instanceof Uint8Array) {
    writeAnswer({ status: 200, headers: octets, bytes: answer }, response);
  } else if (answer instanceof Response) void writeWhole(answer, response);
  else writeAnswer(answer, response);
}

async function writeWhole(answer: Response, response: NodeResponse): Promise<void> {
  const { status, headers } = answer;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  writeAnswer({ status, headers: Object.fromEntries(headers), bytes }, response);
}

const octets = { "content-type": "application/octet-stream" };
