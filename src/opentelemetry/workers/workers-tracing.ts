import { assertFunction, assertKnownKeys, invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { Observer } from "../../model/observer.ts";
import { WorkersHandling } from "./workers-handling.ts";
import type { WorkersTracing } from "./workers-span.ts";

export interface WorkersTracingOptions {
  /** As of `openTelemetry`. @default true */
  readonly instanceIds?: boolean;
}

/**
 * An observer that makes spans by the tracing of Cloudflare's platform: `workersTracing(tracing)`, with `tracing` of
 * `cloudflare:workers`. Each handler runs in a span of its own, so that its `fetch` and storage are within it. The platform takes no
 * parent from outside: a span belongs to the request or the RPC that it runs in, and has the trace that its message came with as
 * attributes. That trace goes on with what the function sends; without one that of the span does, where the platform gives it.
 */
export function workersTracing(
  tracing: WorkersTracing,
  options: WorkersTracingOptions = {},
): Observer {
  assertFunction(Object(tracing).enterSpan, "enterSpan of the tracing of the platform");
  assertKnownKeys(options, ["instanceIds"], "the options of workersTracing");
  const { instanceIds = true } = options;
  if (typeof instanceIds !== "boolean") {
    throw invalid(`instanceIds must be a boolean, got ${show(instanceIds)}`);
  }
  return { handling: (event) => new WorkersHandling(tracing, event, instanceIds) };
}
