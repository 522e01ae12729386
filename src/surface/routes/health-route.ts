import type { BufferedResponse } from "../../http/server-hints.ts";
import { version } from "../../internal/version.ts";
import { answerJson } from "../answers.ts";
import type { SurfaceHost } from "../surface-host.ts";

/**
 * `GET /health`, for probes, which have no credentials: 200 while the runtime takes messages. `isTrusted`: with
 * the figures and the names of parked functions.
 * Many waiting calls are not ill health: an overloaded application must not lose instances because of it.
 */
export async function healthRoute(
  host: SurfaceHost,
  isTrusted: boolean,
): Promise<BufferedResponse> {
  const { status, figures } = await host.health(isTrusted);
  return answerHealth(host, status, status === "ok", figures);
}

/** `GET /health/live`: 503 only where a new start of the process is what helps. */
export async function livenessRoute(host: SurfaceHost): Promise<BufferedResponse> {
  const { status } = await host.health(false);
  return answerHealth(host, status, status !== "store_failed", {});
}

function answerHealth(
  { engine }: SurfaceHost,
  status: string,
  isWell: boolean,
  figures: object,
): BufferedResponse {
  const headers = { "cache-control": "no-store", ...(isWell ? {} : { "retry-after": "1" }) };
  return answerJson(isWell ? 200 : 503, { status, version, engine, ...figures }, headers);
}
