export { type OpenTelemetryOptions, openTelemetry } from "./opentelemetry/open-telemetry.ts";
export type { WorkersSpan, WorkersTracing } from "./opentelemetry/workers/workers-span.ts";
export {
  type WorkersTracingOptions,
  workersTracing,
} from "./opentelemetry/workers/workers-tracing.ts";
