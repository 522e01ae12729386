import { requestReplyHandler, StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { openTelemetry } from "statefun/opentelemetry";
import { expect, it } from "vitest";
import { startBroker } from "../kafka/broker.ts";
import { read, write } from "../kafka/topics.ts";
import { startCollector, tracingTo } from "../opentelemetry/support/collector.ts";
import { treeOf } from "../opentelemetry/support/trees.ts";
import { startCluster } from "./kafka/cluster.ts";
import { serveOnNode } from "./node-server.ts";
import { statefun330 } from "./releases.ts";

const out = kafkaEgress("tracing/out");

/** A value of `kafkaHeaders` is the namespace of the function whose handler has it. */
const choices = ["refuse", "send"] as const;
type Choice = (typeof choices)[number];

function relay(choice: Choice): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind(`${choice}/relay`, (context) => {
    context.emit(out, { topic: "out", key: choice, value: "through" });
  });
  return functions;
}

const endpointOf = (choice: Choice, url: string) => `---
kind: io.statefun.endpoints.v2/http
spec:
  functions: ${choice}/*
  urlPathTemplate: ${url}
`;

const connectors = (brokers: string) => `---
kind: io.statefun.kafka.v1/ingress
spec:
  id: tracing/in
  address: ${brokers}
  consumerGroupId: tracing
  startupPosition:
    type: earliest
  topics:
    - topic: in
      valueType: ${string.typename}
      targets:
${choices.map((choice) => `        - ${choice}/relay\n`).join("")}---
kind: io.statefun.kafka.v1/egress
spec:
  id: tracing/out
  address: ${brokers}
  deliverySemantic:
    type: at-least-once
`;

it("a trace neither comes nor goes with a Kafka record of StateFun 3.3.0, and hinders none", async () => {
  const collector = await startCollector();
  const tracerProvider = tracingTo(collector);
  const observer = openTelemetry({ tracerProvider });
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const servers = await Promise.all(
    choices.map((kafkaHeaders) =>
      serveOnNode(requestReplyHandler(relay(kafkaHeaders), { kafkaHeaders, observer, onError })),
    ),
  );
  const broker = await startBroker();
  const { brokers } = broker;
  for (const topic of ["in", "out"]) await broker.createTopic(topic, 1);
  const traceId = "5".repeat(32);
  const headers = [["traceparent", `00-${traceId}-${"6".repeat(16)}-01`]] as const;
  await write(brokers, [{ topic: "in", key: "ann", value: "any", headers }]);
  const endpoints = choices.map((choice, index) => endpointOf(choice, servers[index]?.url ?? ""));
  const cluster = await startCluster(statefun330, [...endpoints, connectors(brokers)].join(""));
  try {
    const records = await read(brokers, "out", 2, 90_000);
    expect(records, cluster.log()).toHaveLength(2);
    for (const record of records) expect(record).toMatchObject({ value: "through", headers: [] });
    await tracerProvider.shutdown();
    const spans = collector.spans();
    // Where records cannot have headers, none is made a span for them.
    expect(treeOf(spans).toSorted()).toEqual([
      "  send tracing/out",
      "process refuse/relay",
      "process send/relay",
    ]);
    expect(spans.filter((span) => span.traceId === traceId)).toEqual([]);
    expect(cluster.restarts()).toBe(0);
    expect(errors).toEqual([]);
  } finally {
    await cluster.stop();
    await Promise.all([...servers, collector].map((server) => server.close()));
    await broker.stop();
  }
});
