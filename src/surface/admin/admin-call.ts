import type { Operator } from "../operators.ts";
import type { ResolvedSurfaceOptions } from "../options.ts";
import type { StreamLimit } from "../routes/stream-limit.ts";
import type { SurfaceHost } from "../surface-host.ts";
import type { AdminHost } from "./admin-host.ts";

/** What the routes for operators need beside the request. */
export interface AdminSettings {
  readonly host: SurfaceHost;
  readonly options: ResolvedSurfaceOptions;
  readonly maxMessageBytes: number;
  /** Of a state that is written. */
  readonly maxStateBytes: number;
  /** Gets unexpected errors. */
  readonly onError: (error: unknown) => void;
}

/** A request to an administrative route, after all checks. */
export interface AdminCall extends AdminSettings {
  readonly request: Request;
  readonly admin: AdminHost;
  readonly operator: Operator;
  readonly query: URLSearchParams;
  /** What stands in the path where the row has a name in braces, in order. */
  readonly names: readonly string[];
  /** The JSON object that came with it; empty where none came. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What is large is made by one request at a time, and counts there until it was read. */
  readonly room: StreamLimit;
}
