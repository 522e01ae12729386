import { defineModule, StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress, utf8 } from "statefun/kafka-connector";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime, memoryStore, type Runtime } from "statefun/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Collector, startCollector, tracingTo } from "../opentelemetry/support/collector.ts";
import { treeOf } from "../opentelemetry/support/trees.ts";
import { type Broker, startBroker } from "./broker.ts";
import { read, write } from "./topics.ts";

let broker: Broker;
let collector: Collector;
beforeAll(async () => {
  broker = await startBroker();
  collector = await startCollector();
});
afterAll(() => Promise.all([broker.stop(), collector.close()]));

const out = kafkaEgress("test/out");
const errors: unknown[] = [];

/** An application from a topic into another one, with a process's own SDK. */
async function application(name: string, from: string, to: string) {
  const functions = new StatefulFunctions(name);
  const relay = functions.bind(`${name}/relay`, { accepts: string }, (context, text) => {
    context.emit(out, { topic: to, key: context.self.id, value: `${text} ${name}` });
  });
  const { brokers } = broker;
  const connection = { brokers, topics: [from], consumerGroup: name } as const;
  const ingress = kafkaIngress(`${name}/in`, {
    ...{ ...connection, startupPosition: "earliest", value: utf8, targets: [relay] },
  });
  const tracerProvider = tracingTo(collector);
  const runtime: Runtime = await createRuntime({
    modules: [functions, defineModule({ name: "kafka", ingresses: [ingress] })],
    store: memoryStore(),
    egresses: [kafkaDelivery(out, { brokers })],
    observer: openTelemetry({ tracerProvider }),
    onError: (error) => void errors.push(error),
  });
  return {
    async close() {
      await runtime.close();
      await tracerProvider.shutdown();
    },
  };
}

it("a trace of somebody else goes through one application, a topic, and another application", async () => {
  for (const topic of ["first", "second", "third"]) await broker.createTopic(topic, 1);
  const traceId = "5".repeat(32);
  const headers = [
    ["traceparent", `00-${traceId}-${"6".repeat(16)}-01`],
    ["tracestate", "vendor=seven"],
  ] as const;
  await write(broker.brokers, [{ topic: "first", key: "ann", value: "through", headers }]);
  const one = await application("one", "first", "second");
  const [between] = await read(broker.brokers, "second", 1);
  await one.close();
  // The record has the trace: nothing of the first application is there any more.
  const other = await application("other", "second", "third");
  const [record] = await read(broker.brokers, "third", 1);
  await other.close();
  expect(record?.value).toBe("through one other");
  const spans = collector.spans();
  expect(treeOf(spans)).toEqual([
    "process one/relay",
    "  send test/out",
    "    process other/relay",
    "      send test/out",
  ]);
  const byStart = spans.toSorted((left, right) => left.startedAt - right.startedAt);
  expect(byStart[0]).toMatchObject({ parentId: "6".repeat(16), links: ["6".repeat(16)] });
  expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  const parents = [between, record].map((seen) => Object.fromEntries(seen?.headers ?? []));
  const sent = byStart.filter(({ name }) => name.startsWith("send"));
  expect(parents).toMatchObject(
    sent.map(({ spanId }) => ({
      traceparent: `00-${traceId}-${spanId}-01`,
      tracestate: "vendor=seven",
    })),
  );
  expect(errors).toEqual([]);
});
