import { tracing } from "cloudflare:workers";
import { durableObjectEngine } from "statefun/durable-object";
import { openTelemetry, workersTracing } from "statefun/opentelemetry";
import { functions } from "./functions.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  // Spans of the platform, and metrics for an SDK.
  observer: [workersTracing(tracing), openTelemetry({ traces: false })],
});

export class StatefulObject extends engine.StatefulObject {}

export default engine.worker;
