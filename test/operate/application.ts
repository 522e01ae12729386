import { setTimeout } from "node:timers/promises";
import {
  address,
  defineModule,
  egress,
  functionRef,
  keep,
  NonRetryableError,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { bearerToken } from "statefun/http";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress, utf8 } from "statefun/kafka-connector";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { type Broker, freePort } from "../kafka/broker.ts";
import { write } from "../kafka/topics.ts";

export const token = "only-for-reading";

const kept = egress("shop/kept", string);
const broken = egress("shop/broken", string);
/** No runtime binds it: its records are dead letters. */
const unbound = egress("shop/unbound", string);
const topic = kafkaEgress("shop/topic");
const far = functionRef("far/fn", string);
const gone = functionRef("gone/fn", string);
const maxMailbox = 20;
const records = Array.from({ length: maxMailbox }, (_, n) => ({
  ...{ topic: "in", key: "1", value: String(n) },
}));

/** Everything that figures are about: what works, fails, is stuck, and waits. */
function shop(until: Promise<void>) {
  const functions = new StatefulFunctions("shop");
  const works = functions.bind("shop/works", { accepts: string }, (context, text) => {
    context.emit(kept, text);
    context.emit(topic, { topic: "out", key: context.self.id, value: text });
    context.send(far.at(context.self.id), text);
  });
  const emits = functions.bind("shop/emits", { accepts: string }, (context, text) => {
    context.emit(broken, text);
    context.emit(unbound, text);
  });
  const retry = { maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 1 };
  const fails = functions.bind("shop/fails", { accepts: string, retry }, () => {
    throw new Error("on purpose");
  });
  const never = functions.bind("shop/never", { accepts: string }, () => {
    throw new NonRetryableError("on purpose");
  });
  const stuck = functions.bind("shop/stuck", { accepts: string }, () => until);
  const later = functions.bind("shop/later", { accepts: string }, (context, text) => {
    context.sendAfter(3_600_000, address("shop/works", "1"), string.of(text));
  });
  const hears = functions.bind("shop/hears", { accepts: string }, () => {});
  return { functions, works, hears, emits, fails, never, stuck, later };
}

/** Functions in another process, for all that the runtime knows. */
function remoteServer() {
  const functions = new StatefulFunctions("far");
  functions.bind("far/fn", { accepts: string }, () => {});
  return serve({ fetch: requestReplyHandler(functions), port: 0, hostname: "127.0.0.1" });
}

export interface Shop {
  /** `host:port` of its surface. */
  readonly target: string;
  /** Some more of everything. */
  traffic(): Promise<void>;
  close(): Promise<void>;
}

export async function startShop({ brokers, createTopic }: Broker): Promise<Shop> {
  for (const name of ["in", "out"]) await createTopic(name, 1);
  let free = () => {};
  const until = new Promise<void>((resolve) => {
    free = resolve;
  });
  const { functions, works, hears, emits, fails, never, stuck, later } = shop(until);
  const remote = await remoteServer();
  const endpoints = [
    { functions: [far], urlPathTemplate: `http://127.0.0.1:${remote.port}/` },
    // Nobody listens there.
    { functions: [gone], urlPathTemplate: `http://127.0.0.1:${await freePort()}/` },
  ];
  const connection = { brokers, consumerGroup: "shop", startupPosition: "earliest" } as const;
  const ingresses = [
    kafkaIngress("shop/in", { ...connection, topics: ["in"], value: utf8, targets: [stuck] }),
    kafkaIngress("shop/back", { ...connection, topics: ["out"], value: utf8, targets: [hears] }),
  ];
  const runtime = await createRuntime({
    modules: [functions, defineModule({ name: "outside", endpoints, ingresses })],
    limits: { maxMailbox },
    egresses: [
      keep(kept),
      kafkaDelivery(topic, { brokers }),
      broken.to(async () => {
        throw new Error("on purpose");
      }),
    ],
    http: { admin: { authenticate: async (request) => isReader(request) && "read" } },
    onError: () => {},
  });
  const server = await serve({ fetch: runtime.fetch, port: 0, hostname: "127.0.0.1" });
  // What is read at once is taken as a whole. What comes when the mailbox is full stays in the topic.
  await write(brokers, records);
  while ((await runtime.instance(stuck.at("1"))).mailboxLength < maxMailbox) await setTimeout(50);
  await write(brokers, records);
  return {
    target: `127.0.0.1:${server.port}`,
    async traffic() {
      for (const one of [works, emits, fails, never, later]) await runtime.send(one.at("1"), "x");
      // The mailbox of the one that is stuck is full at last, and that of the one that is gone too.
      for (const one of [stuck, gone]) await runtime.send(one.at("1"), "x").catch(() => {});
    },
    async close() {
      free();
      await server.close();
      await runtime.close({ drainMs: 0 }).catch(() => {});
      await remote.close();
    },
  };
}

const isReader = bearerToken(token);
