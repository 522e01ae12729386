/** The parts of an application, whose generic helpers infer from what they are given. */
import {
  type Context,
  defineModule,
  egress,
  type FunctionRef,
  functionRef,
  type Handler,
  int,
  json,
  keep,
  requestReplyHandler,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { httpDelivery } from "statefun/http";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress, utf8 } from "statefun/kafka-connector";
import { kinesisEgress } from "statefun/kinesis";
import { describeModule, loadModule } from "statefun/module";
import { createRuntime, type Runtime } from "statefun/runtime";
import { createTestRuntime, stub } from "statefun/testing";

interface Env {
  readonly limit: number;
}
interface Order {
  readonly id: string;
  readonly lines: readonly { readonly sku: string; readonly count: number }[];
}
const Order = json("parts/Order", shape<Order>());
const orders = egress("parts/orders", Order);
const topic = kafkaEgress("parts/topic");
const stream = kinesisEgress("parts/stream");
const remote = functionRef("far/remote", Order, { replies: [string, int] });

/** A class of a user's own, with an env of its own. */
class Functions extends StatefulFunctions<Env> {
  count(typename: `${string}/${string}`): FunctionRef<typeof string> {
    return this.bind(typename, { accepts: string }, (context, text) => {
      if (text.length > context.env.limit) context.emit(topic, { topic: "long", value: text });
    });
  }
}
export const functions = new Functions("parts");
export const counted = functions.count("parts/counted");

/** A helper takes the context of any function that has such a state. */
function bump({ state }: Context<{ total: { type: typeof int; initial: number } }>): number {
  return ++state.total;
}
const state = { total: { type: int, initial: 0 }, seen: { type: string } } as const;
const handler: Handler<typeof Order, typeof state, Env, typeof string> = async (context, order) => {
  bump(context);
  context.state.seen = order.id;
  context.emit(orders, order);
  context.emit(stream, { stream: "s", partitionKey: order.id, value: Order.of(order) });
  context.send(remote.at(order.id), order, { headers: { traceparent: "00" } });
  context.reply(order.lines.map(({ sku }) => sku).join());
};
export const taken = functions.bind(
  "parts/taken",
  { accepts: Order, replies: string, state, retry: { maxAttempts: 3 } },
  handler,
);

const ingress = kafkaIngress("parts/in", {
  brokers: "localhost:9092",
  topics: ["orders"],
  consumerGroup: "parts",
  value: Order,
  route: (record, { send }) => {
    for (const { sku } of record.value.lines) send(counted.at(sku), record.key ?? sku);
  },
});
const lines = kafkaIngress("parts/lines", {
  brokers: "localhost:9092",
  topics: ["lines"],
  consumerGroup: "parts",
  value: utf8,
  route: ({ value }, context) => context.send(counted.at(value.trim()), value),
});
const egresses = [
  orders.to<Env>((records, signal, env) => {
    if (!signal.aborted) console.log(records.map(({ value }) => value.lines.length + env.limit));
  }),
  httpDelivery(orders, { url: ({ id }) => `http://localhost/${id}` }),
  kafkaDelivery(topic, { brokers: "localhost:9092" }),
  keep(orders, { maxRecords: 5 }),
];
export const whole = defineModule({
  name: "whole",
  functions: [functions],
  ingresses: [ingress, lines],
  egresses,
  endpoints: [{ functions: [remote, counted, "py/*"], urlPathTemplate: "http://localhost/" }],
});

export async function start(): Promise<Runtime> {
  console.log(describeModule(whole, { urlPathTemplate: "http://localhost/" }));
  const more = await loadModule("kind: io.statefun.endpoints.v2/http");
  const env = { limit: 1 };
  const fetch = requestReplyHandler([functions], { env });
  await fetch(new Request("http://localhost"));
  return createRuntime({ modules: [whole, more], env, http: { expose: [taken, orders] } });
}

export async function test(): Promise<unknown> {
  const stubs = [stub(remote, (context, { id }) => context.reply(string.of(id)))];
  const runtime = await createTestRuntime([functions], { stubs, env: { limit: 1 } });
  const answer: string = await runtime.call(taken.at("1"), { id: "1", lines: [] });
  const total: number = runtime.state(taken.at("1")).total;
  const emitted: readonly Order[] = runtime.emitted(orders);
  const values = runtime.emitted(topic).map(({ value }) => value);
  const far = await runtime.call(remote.at("1"), { id: "1", lines: [] });
  return [answer, total, emitted, values, far.typename === "io.statefun.types/int" && far.value];
}
