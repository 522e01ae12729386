import type { StreamLimit } from "../routes/stream-limit.ts";
import type { SurfaceHost } from "../surface-host.ts";

/** A request to an administrative route, after all checks. */
export interface AdminCall {
  readonly request: Request;
  readonly host: SurfaceHost;
  readonly query: URLSearchParams;
  /** What stands in the path where the row has a name in braces, in order. */
  readonly names: readonly string[];
  /** What is large is made by one request at a time, and counts there until it was read. */
  readonly room: StreamLimit;
}
