import type { Health } from "../engine/engine.ts";

/** The state of the engine, for probes: 503 while it takes nothing. Nothing else is there to be reached. */
export function healthResponse(request: Request, health: Health): Response {
  const { pathname } = new URL(request.url);
  if (pathname !== "/health") {
    return json(404, { error: { code: "invalid_argument", message: `nothing at ${pathname}` } });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    const message = "health is read by GET";
    return json(405, { error: { code: "invalid_argument", message } }, { allow: "GET, HEAD" });
  }
  const { failure, ...figures } = health;
  const status = failure === undefined ? "ok" : failure.code;
  return json(failure === undefined ? 200 : 503, { status, engine: "embedded", ...figures });
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
