import type { Runtime } from "statefun/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { runtimes } from "./hosts.ts";
import { reading, records } from "./reading.ts";
import { write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
const host = runtimes();

/** The partitions whose lag a runtime gives to Prometheus. */
async function partitionsOf(runtime: Runtime): Promise<string[]> {
  const text = await (await runtime.fetch(new Request("http://localhost/metrics"))).text();
  const series = text.matchAll(/^statefun_ingress_lag\{.*source="[^"]*\/(\d+)"\} /gm);
  return Array.from(series, ([, partition = ""]) => partition);
}

it("a lag is that of one member of a group, whoever had the partition before", async () => {
  await broker.createTopic("shared", 4);
  const start = (name: string) => {
    const { functions, ingress } = reading(broker.brokers, name, "shared", ["shared"]);
    const http = { authenticate: "none", admin: { authenticate: "none" } } as const;
    return host.start([functions], ingress, { http });
  };
  const one = await start("one");
  await write(broker.brokers, records("shared", 40));
  const patience = { timeout: 60_000 };
  await expect.poll(async () => (await partitionsOf(one)).length, patience).toBe(4);
  const other = await start("other");
  const all = async () => [...(await partitionsOf(one)), ...(await partitionsOf(other))].toSorted();
  await expect.poll(async () => (await partitionsOf(other)).length, patience).toBe(2);
  await expect.poll(all, patience).toEqual(["0", "1", "2", "3"]);
  // One of them goes: the other has all of it again.
  await other.close();
  await expect.poll(async () => (await partitionsOf(one)).length, patience).toBe(4);
});
