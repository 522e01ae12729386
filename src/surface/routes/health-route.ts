import { version } from "../../internal/version.ts";
import { answerJson } from "../answers.ts";
import type { SurfaceHost } from "../surface-host.ts";

/**
 * `GET /health`, for probes, which have no credentials: whether it takes messages. `isTrusted`: with the
 * figures and the names of parked functions.
 */
export async function healthRoute(host: SurfaceHost, isTrusted: boolean): Promise<Response> {
  const { status, figures } = await host.health();
  const body = { status, version, engine: host.engine, ...(isTrusted ? figures : {}) };
  const isUp = status === "ok";
  return answerJson(isUp ? 200 : 503, body, isUp ? {} : { "retry-after": "1" });
}
