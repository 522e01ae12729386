import diagnostics from "node:diagnostics_channel";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { StatefulFunctions, string } from "statefun";
import { type KafkaRouting, kafkaIngress, utf8 } from "statefun/kafka-connector";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { ingressHealth, listener, runtimes } from "./hosts.ts";
import { slowly } from "./slowly.ts";
import { write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
const host = runtimes();
const partitions = 8;

function ingressOf(topics: readonly string[], route: NonNullable<KafkaRouting<string>["route"]>) {
  return kafkaIngress("test/in", {
    brokers: broker.brokers,
    topics,
    consumerGroup: topics.join("-"),
    value: utf8,
    startupPosition: "earliest",
    route,
  });
}

const many = (topic: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    topic,
    key: `k${n}`,
    value: "x",
    partition: n % partitions,
  }));

describe("an ingress stops reading", () => {
  slowly(
    "while about 10,000 messages wait for functions that do not get on, of however many partitions",
    async () => {
      await broker.createTopic("stuck", partitions);
      await write(broker.brokers, many("stuck", 30_000));
      const functions = new StatefulFunctions();
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      let handled = 0;
      const ref = functions.bind("test/stuck", async () => {
        await opened;
        handled++;
      });
      const ingress = ingressOf(["stuck"], ({ key = "", value }, context) =>
        context.send(ref.at(key), string.of(value)),
      );
      const runtime = await host.start([functions], ingress);
      const waiting = async () => {
        const health = await runtime.fetch(new Request("http://localhost/health"));
        return Object(await health.json()).mailboxes.waiting as number;
      };
      let most = 0;
      const end = Date.now() + 12_000;
      while (Date.now() < end) {
        most = Math.max(most, await waiting());
        await setTimeout(20);
      }
      expect(most).toBeGreaterThanOrEqual(10_000);
      // What a partition gives at once may come on top.
      expect(most).toBeLessThanOrEqual(11_000);
      expect((await ingressHealth(runtime)).sources.every(({ isPaused }) => isPaused)).toBe(true);
      open();
      await expect.poll(() => handled, { timeout: 30_000 }).toBe(30_000);
    },
  );

  it("for a function that nobody has bound, and for no other", async () => {
    for (const topic of ["unbound", "bound"]) await broker.createTopic(topic, partitions);
    await write(broker.brokers, many("unbound", 15_000));
    const one = listener("test/bound");
    const nobody = new StatefulFunctions().bind("test/nobody", () => {});
    const ingress = ingressOf(["unbound", "bound"], ({ topic, key = "", value }, context) =>
      context.send((topic === "bound" ? one.ref : nobody).at(key), string.of(value)),
    );
    const runtime = await host.start([one.functions], ingress);
    const parked = async () => {
      const health = await runtime.fetch(new Request("http://localhost/health"));
      return Object(await health.json()).mailboxes.waiting as number;
    };
    await expect.poll(parked).toBeGreaterThan(9_000);
    await write(broker.brokers, many("bound", 4_000));
    await expect.poll(() => one.heard.length).toBe(4_000);
    expect(await parked()).toBeLessThanOrEqual(10_000);
  });
});

it("asks a broker no more often because one partition stands still at a record", async () => {
  await broker.createTopic("still", partitions);
  const one = listener("test/still");
  const ingress = ingressOf(["still"], ({ value, key = "" }, context) => {
    if (value === "bad") throw new Error("not yet");
    context.send(one.ref.at(key), string.of(value));
  });
  // More than is read ahead, so that nothing more of it is asked for.
  const bad = many("still", 6_000).map((record) => ({ ...record, value: "bad", partition: 0 }));
  await write(broker.brokers, bad);
  const runtime = await host.start([one.functions], ingress);
  const stalled = async () => (await ingressHealth(runtime)).status;
  await expect.poll(stalled).toBe("stalled");
  await setTimeout(1_000);
  let fetches = 0;
  const count = (message: unknown): void => {
    if (Object(message).apiKey === 1) fetches++;
  };
  diagnostics.subscribe("tracing:plt:kafka:connections:api:start", count);
  await setTimeout(3_000);
  diagnostics.unsubscribe("tracing:plt:kafka:connections:api:start", count);
  expect(fetches).toBeGreaterThan(2);
  expect(fetches).toBeLessThan(20);
  await write(
    broker.brokers,
    many("still", 80).filter(({ partition }) => partition !== 0),
  );
  await expect.poll(() => one.heard.length).toBe(70);
});

slowly("reads ahead no more than about 64 MB, of however many partitions", async () => {
  const count = 60;
  await broker.createTopic("ahead", count);
  const value = Buffer.alloc(100_000, "x");
  for (let n = 0; n < 40; n++) {
    const records = Array.from({ length: count }, (_, partition) => ({
      topic: "ahead",
      partition,
      value,
    }));
    await write(broker.brokers, records);
  }
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const held = (): number => {
    collect();
    const { arrayBuffers, external } = process.memoryUsage();
    return Math.max(arrayBuffers, external);
  };
  const before = held();
  // Not a record of them goes in: each partition stands at its first one.
  const ingress = ingressOf(["ahead"], () => {
    throw new Error("not yet");
  });
  const runtime = await host.start([], ingress);
  const stalled = async () => (await ingressHealth(runtime)).status;
  await expect.poll(stalled).toBe("stalled");
  let most = 0;
  for (let n = 0; n < 50; n++) {
    most = Math.max(most, held() - before);
    await setTimeout(100);
  }
  console.log(`read ahead: ${Math.round(most / 1_048_576)} MiB of 229 MiB`);
  expect(most).toBeLessThan(110_000_000);
});
