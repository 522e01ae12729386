import { invocationHandler, requestReplyHandler } from "statefun";
import { greeter, greeterRequest } from "../greeter.ts";

const body = greeterRequest(1);
const handler = requestReplyHandler(greeter);
const invoke = invocationHandler(greeter);
/** What a cluster sends, with the length as it is. */
const headers = {
  "content-type": "application/octet-stream",
  accept: "application/octet-stream",
  "accept-encoding": "gzip,deflate",
  "content-length": String(body.length),
  "user-agent": "statefun",
};

async function exchange(serve: (request: Request) => Promise<Response>): Promise<unknown> {
  const request = new Request("http://localhost/statefun", { method: "POST", headers, body });
  const response = await serve(request);
  return response.arrayBuffer();
}

const kinds: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ["empty", () => undefined],
  ["echo", () => exchange(async (request) => new Response(await request.arrayBuffer()))],
  ["handler", () => exchange(handler)],
  ["invoke", () => invoke(body)],
]);

/**
 * `?kind=echo&count=1000` does it a thousand times. The caller holds the clock: those of workerd stand still
 * while it computes.
 */
export async function loop(url: string): Promise<string> {
  const { searchParams } = new URL(url);
  const run = kinds.get(searchParams.get("kind") ?? "");
  if (run === undefined) throw new RangeError(`no kind in ${url}`);
  const count = Number(searchParams.get("count"));
  for (let done = 0; done < count; done += 1) await run();
  return String(count);
}
