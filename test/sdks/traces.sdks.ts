import { defineModule, egress, functionRef, keep, StatefulFunctions, string } from "statefun";
import { createClient } from "statefun/client";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress, utf8 } from "statefun/kafka-connector";
import { serve } from "statefun/node";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime } from "statefun/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Broker, startBroker } from "../kafka/broker.ts";
import { type Collector, startCollector, tracingTo } from "../opentelemetry/support/collector.ts";
import { tracesOf, treeOf } from "../opentelemetry/support/trees.ts";
import { eventually, fileStore } from "./application.ts";
import { relay } from "./sdks.ts";
import { type SdkServer, startServer } from "./server-process.ts";

const records = kafkaEgress("tracing/records");
const said = egress("tracing/told", string);

let python: SdkServer;
let broker: Broker;
let collector: Collector;
beforeAll(async () => {
  python = await startServer(relay);
  broker = await startBroker();
  await broker.createTopic("back", 1);
  collector = await startCollector();
});
afterAll(async () => {
  await Promise.all([python.kill(), broker.stop(), collector.close()]);
});

/** Through two functions, a timer, a third one and Python into a topic, and from there to a last one. */
function functions() {
  const all = new StatefulFunctions("tracing");
  const far = functionRef("tracing/relay", string);
  const first = all.bind("tracing/first", { accepts: string }, (context, text) => {
    context.send(second.at(context.self.id), text);
  });
  const second = all.bind("tracing/second", { accepts: string }, (context, text) => {
    context.sendAfter(50, third.at(context.self.id), text);
  });
  const third = all.bind("tracing/third", { accepts: string }, (context) => {
    context.send(far.at(context.self.id), "record:back");
  });
  const last = all.bind("tracing/last", { accepts: string }, (context, text) => {
    context.emit(said, `${context.self.id} ${text}`);
  });
  return { all, first, last };
}

it("an HTTP request, three functions, a timer, Python, and Kafka out and in are one trace", async () => {
  const { all, first, last } = functions();
  const { brokers } = broker;
  const back = kafkaIngress("tracing/back", {
    ...{ brokers, topics: ["back"], consumerGroup: "tracing", startupPosition: "earliest" },
    ...{ value: utf8, targets: [last] },
  });
  const endpoints = [
    { functions: ["tracing/*"], urlPathTemplate: `${python.url}{function.name}` },
  ] as const;
  const file = fileStore();
  const tracerProvider = tracingTo(collector);
  const observer = openTelemetry({ tracerProvider });
  const errors: unknown[] = [];
  const runtime = await createRuntime({
    modules: [all, defineModule({ name: "outside", ingresses: [back], endpoints })],
    store: file.store,
    egresses: [kafkaDelivery(records, { brokers }), keep(said)],
    http: { expose: "all", authenticate: "none" },
    observer,
    onError: (error) => void errors.push(error),
  });
  const server = await serve({ fetch: runtime.fetch, port: 0, hostname: "127.0.0.1" });
  const url = `http://127.0.0.1:${server.port}`;
  await createClient({ url, observer }).send(first.at("ann"), "go");
  const kept = async () => (await fetch(`${url}/egresses/tracing/told`)).text();
  await eventually(kept, (text) => text.includes("ann from Python"));
  await runtime.close();
  await server.close();
  await tracerProvider.shutdown();
  file.remove();
  const spans = collector.spans();
  expect(treeOf(spans)).toEqual([
    "send tracing/first",
    "  process tracing/first",
    "    send tracing/second",
    "      process tracing/second",
    "        send tracing/third",
    "          process tracing/third",
    "            send tracing/relay",
    "              process tracing/relay",
    "                send tracing/records",
    "                  process tracing/last",
    "                    send tracing/told",
  ]);
  expect(tracesOf(spans)).toBe(1);
  for (const { name, links, parentId } of spans) {
    expect(links, name).toEqual(name.startsWith("process") ? [parentId] : []);
  }
  expect(errors).toEqual([]);
});
