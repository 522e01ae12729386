import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { delivering, egressHealth } from "./emitting.ts";
import { ingressHealth, runtimes } from "./hosts.ts";
import { reading as readingOf, records, textsOf } from "./reading.ts";
import { type SecuredBroker, startSecuredBroker, user } from "./secured-broker.ts";
import { slowly } from "./slowly.ts";
import { read, write } from "./topics.ts";

let broker: SecuredBroker;
beforeAll(async () => {
  broker = await startSecuredBroker();
});
afterAll(() => broker.stop());
const host = runtimes();
const patience = { timeout: 60_000 };
const sasl = { mechanism: "PLAIN", ...user };
const reading = (group: string, topics: readonly string[]) =>
  readingOf(broker.sasl, "one", group, topics, { sasl });

describe("a topic that cannot be read holds up no other of its ingress, and that is reported", () => {
  it("when it is missing, may not be read, or may not even be seen", async () => {
    const rights = [undefined, "read", "describe"] as const;
    const reasons = [
      "topic absent-0 does not exist",
      "reading topic absent-1 is forbidden: the ACLs do not allow this client",
      "topic absent-2 is forbidden: the ACLs do not allow this client",
    ];
    const bad = rights.map((_, n) => `absent-${n}`);
    await broker.createTopic("present", 2);
    for (const [n, right] of rights.entries()) {
      if (right === undefined) continue;
      await broker.createTopic(`absent-${n}`, 2);
      await broker.forbid(`absent-${n}`, right);
    }
    const one = reading("present", [...bad, "present"]);
    const runtime = await host.start([one.functions], one.ingress);
    await write(broker.brokers, records("present", 30));
    await expect.poll(one.texts, patience).toEqual(textsOf("present", 30));
    const reported = async () => (await ingressHealth(runtime)).troubles.map((each) => each.reason);
    await expect.poll(reported, patience).toEqual(expect.arrayContaining(reasons));
    const { status, troubles } = await ingressHealth(runtime);
    expect(status).toBe("waiting");
    for (const { sinceMs } of troubles) expect(Date.now() - sinceMs).toBeLessThan(30_000);
    for (const reason of reasons) {
      await expect.poll(() => host.errors.join(), patience).toContain(reason);
    }
    // They are read as soon as they can be.
    for (const [n, right] of rights.entries()) {
      if (right === undefined) await broker.createTopic(`absent-${n}`, 2);
      else await broker.allow(`absent-${n}`);
    }
    await write(
      broker.brokers,
      bad.flatMap((topic) => records(topic, 10)),
    );
    await write(broker.brokers, records("present", 10, 30));
    const all = [...bad.flatMap((topic) => textsOf(topic, 10)), ...textsOf("present", 40)].sort();
    await expect.poll(one.texts, patience).toEqual(all);
    await expect.poll(async () => (await ingressHealth(runtime)).status, patience).toBe("running");
  });

  slowly("when it is deleted while it is read", async () => {
    const [bad, good] = ["deleted", "kept"];
    for (const topic of [bad, good]) await broker.createTopic(topic, 2);
    const one = reading("deleted", [bad, good]);
    const runtime = await host.start([one.functions], one.ingress);
    await write(broker.brokers, [...records(bad, 10), ...records(good, 10)]);
    await expect.poll(() => one.texts().length, patience).toBe(20);
    await broker.deleteTopic(bad);
    const end = Date.now() + 12_000;
    let count = 10;
    // At no moment in between does the other one stand still for long.
    while (Date.now() < end) {
      await write(broker.brokers, records(good, 1, count++));
      await expect
        .poll(() => one.texts().filter((text) => text.startsWith(good)).length, { timeout: 3_000 })
        .toBe(count);
      await setTimeout(200);
    }
    expect((await ingressHealth(runtime)).troubles).toMatchObject([
      { part: "topic deleted", reason: "topic deleted does not exist" },
    ]);
  });
});

describe("a broker that is frozen", () => {
  it("is reported within 15 seconds, in and out, and all goes on when it thaws", async () => {
    await broker.createTopic("frozen", 2);
    await broker.createTopic("frozen-out", 1);
    const one = reading("frozen", ["frozen"]);
    const runtime = await host.start([one.functions], one.ingress);
    const two = await delivering({ brokers: broker.sasl, sasl });
    await write(broker.brokers, records("frozen", 10));
    await two.emit([{ topic: "frozen-out", key: "k", value: "before" }]);
    await expect.poll(one.texts, patience).toEqual(textsOf("frozen", 10));
    expect(await read(broker.brokers, "frozen-out", 1)).toHaveLength(1);
    broker.freeze();
    const start = Date.now();
    try {
      await two.emit([{ topic: "frozen-out", key: "k", value: "while" }]);
      const within = { timeout: 60_000 };
      await expect.poll(async () => (await ingressHealth(runtime)).status, within).toBe("waiting");
      const left = { timeout: Math.max(0, 15_000 - (Date.now() - start)) };
      await expect.poll(async () => (await egressHealth(two.runtime)).status, left).toBe("waiting");
      expect(host.errors.join()).toMatch(/has not answered \(\w+\) for \d+ ms/);
      expect(two.errors.join()).toMatch(/no broker has answered for topic frozen-out for 10000 ms/);
    } finally {
      broker.thaw();
    }
    await write(broker.brokers, records("frozen", 10, 10));
    await expect.poll(one.texts, patience).toEqual(textsOf("frozen", 20));
    await expect.poll(async () => (await ingressHealth(runtime)).status, patience).toBe("running");
    const seen = new Set<string>();
    await read(broker.brokers, "frozen-out", ({ value }) => seen.add(value).has("while"));
    await two.runtime.close({ drainMs: 0 });
  });
});
