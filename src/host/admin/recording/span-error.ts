import { StateFunError } from "../../../internal/errors.ts";
import { reasonOf } from "../../../internal/show.ts";
import type { Span } from "../../../surface/admin/recording-host.ts";
import { keptReason } from "./texts.ts";

/** What was thrown, as a span shows it. */
export function errorOf(error: unknown): NonNullable<Span["error"]> {
  const code = error instanceof StateFunError ? error.code : "failed";
  return { code, message: keptReason(reasonOf(error)) };
}
