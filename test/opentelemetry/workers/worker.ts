import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { address, StatefulFunctions, string } from "statefun";
import { durableObjectClient, durableObjectEngine } from "statefun/durable-object";
import { openTelemetry } from "statefun/opentelemetry";
import { controlled } from "../../durable-object/support/controlled.ts";
import type { Namespace } from "../../durable-object/support/platform.ts";
import { chain, ends } from "../support/chain.ts";
import { spanLike } from "../support/trees.ts";

interface Env {
  readonly STATEFUN: Namespace;
}

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

/** Fails once for an id, and for ever with the text "never". */
const failed = new Set<string>();
const flaky = new StatefulFunctions("flaky");
let isMended = false;
flaky.bind("trace/flaky", { accepts: string }, async ({ self }, text) => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  trace.getActiveSpan()?.setAttribute("own", self.id);
  const isFirst = !failed.has(self.id);
  failed.add(self.id);
  if (isFirst || (text === "never" && !isMended)) throw new RangeError("no");
});

const records: unknown[] = [];
const observer = openTelemetry();
const engine = durableObjectEngine<Env>({
  modules: [chain(300), flaky],
  binding: "STATEFUN",
  http: { expose: "all", authenticate: "none" },
  retry: { maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 2 },
  observer,
  onError: () => {},
  egresses: [
    ends.to((batch) => {
      for (const { value, headers } of batch) {
        records.push({ value, traceparent: headers.get("traceparent") });
      }
    }),
  ],
});

export const { StatefulObject } = engine;

export default controlled<Env>(engine.worker, async (path, query, env) => {
  if (path === "/test/spans") {
    return exporter.getFinishedSpans().map((span) => ({
      ...spanLike(span),
      attributes: span.attributes,
    }));
  }
  if (path === "/test/records") return records;
  const to = address(`trace/${query.get("name")}`, query.get("id") ?? "1");
  if (path === "/test/send") return engine.client(env).send(to, string.of(query.get("text") ?? ""));
  if (path === "/test/other") {
    const client = durableObjectClient(env.STATEFUN as never, { observer });
    return client.send(to, string.of("start"));
  }
  if (path === "/test/replay") {
    isMended = true;
    const letters = await engine.client(env).deadLetters.list();
    for (const { id } of letters) await engine.client(env).deadLetters.replay(id);
    return letters.length;
  }
  return undefined;
});
