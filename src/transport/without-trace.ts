import type { Invocation } from "../model/invocation.ts";
import { plainValue } from "../model/invocation.ts";
import { failedTraceHeader } from "../model/stamped-headers.ts";

/** Headers that say where a message comes from, and nothing of what it is. */
const contextNames: ReadonlySet<string> = new Set([
  "traceparent",
  "tracestate",
  "baggage",
  failedTraceHeader,
]);

/**
 * Messages for a wire without headers. The context of a trace is no reason to refuse them: the trace goes on here, with the
 * effects of the function. Any other header still is one.
 */
export function withoutTrace(invocations: readonly Invocation[]): readonly Invocation[] {
  return invocations.map((invocation) => {
    const { headers } = invocation.argument;
    if (!headers.some(({ key }) => contextNames.has(key))) return invocation;
    const argument = {
      ...plainValue(invocation.argument),
      headers: headers.filter(({ key }) => !contextNames.has(key)),
    };
    return { ...invocation, argument };
  });
}
