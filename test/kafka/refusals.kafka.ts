import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { delivering, egressHealth } from "./emitting.ts";
import { type SecuredBroker, startSecuredBroker, user } from "./secured-broker.ts";
import { slowly } from "./slowly.ts";
import { read } from "./topics.ts";

let broker: SecuredBroker;
beforeAll(async () => {
  broker = await startSecuredBroker({ "message.max.bytes": "20000" });
  await broker.createTopic("good", 3);
  await broker.createTopic("secret", 1);
  await broker.forbid("secret", "write");
  await broker.createTopic("hidden", 1);
  await broker.forbid("hidden", "describe");
});
afterAll(() => broker.stop());

const delivery = (options: object = {}) =>
  delivering({ brokers: broker.sasl, sasl: { mechanism: "PLAIN", ...user }, ...options });
const record = (topic: string, value: string) => ({ topic, key: value, value });
const patience = { timeout: 60_000 };

/** Those of a test among what other tests have written. */
async function arrived(topic: string, mark: string, count: number): Promise<string[]> {
  const values: string[] = [];
  await read(broker.brokers, topic, ({ value }) => {
    if (value.startsWith(mark)) values.push(value);
    return values.length >= count;
  });
  return values.sort();
}

const numbered = (mark: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${mark}${String(n).padStart(3, "0")}`);

describe("a topic that cannot be written holds up itself alone, and that is reported", () => {
  it.each([
    ["a missing one", "missing", /Unknown topic missing/],
    ["one that may not be written", "secret", /writing to topic secret is forbidden: the ACLs/],
    ["one that may not even be seen", "hidden", /writing to topic hidden is forbidden: the ACLs/],
  ] as const)("%s", async (_, topic, reason) => {
    const mark = `alone-${topic}-`;
    const { runtime, emit, errors } = await delivery();
    const good = numbered(mark, 150);
    await emit([record(topic, `${mark}x`), ...good.map((value) => record("good", value))]);
    await emit([record(topic, `${mark}y`), record("good", `${mark}last`)]);
    await runtime.idle();
    expect(await arrived("good", mark, 151)).toEqual([...good, `${mark}last`]);
    expect(errors.join()).toMatch(reason);
    expect(await egressHealth(runtime)).toMatchObject({
      typename: "test/out",
      status: "waiting",
      reason: expect.stringMatching(reason),
      troubles: [{ part: `topic ${topic}`, sinceMs: expect.any(Number) }],
    });
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.close({ drainMs: 0 });
  });

  it("until it can be, and then nothing is missing and the order is kept", async () => {
    await broker.createTopic("opened", 1);
    await broker.forbid("opened", "write");
    const { runtime, emit } = await delivery();
    const all = numbered("opened-", 250);
    for (const value of all) await emit([{ topic: "opened", key: "k", value }]);
    await runtime.idle();
    expect(await egressHealth(runtime)).toMatchObject({ status: "waiting" });
    await broker.allow("opened");
    const values = (await read(broker.brokers, "opened", 250)).map(({ value }) => value);
    expect(values).toEqual(all);
    await expect.poll(async () => (await egressHealth(runtime)).status, patience).toBe("running");
    await runtime.close();
  });
});

describe("records that are refused for good", () => {
  const topics = ["missing", "secret"] as const;
  const large = "x".repeat(30_000);

  slowly("become dead letters where they are to", async () => {
    const { runtime, emit, errors } = await delivery({ onRefused: "dead-letter" });
    await emit([
      ...topics.map((topic) => record(topic, "dead-x")),
      record("good", large),
      record("good", "dead-good"),
    ]);
    expect(await arrived("good", "dead-", 1)).toEqual(["dead-good"]);
    // A topic that is being made is missing at first.
    await expect.poll(async () => (await runtime.deadLetters.list()).length, patience).toBe(3);
    const letters = await runtime.deadLetters.list();
    expect(letters.map(({ egress, error }) => [egress, error.code])).toEqual(
      letters.map(() => ["test/out", "non_retryable"]),
    );
    expect(await egressHealth(runtime)).toMatchObject({ status: "running", troubles: [] });
    expect(errors.join()).toMatch(/Unknown topic missing/);
    await runtime.close();
  });

  slowly("are thrown away where they are to, and each is told", async () => {
    const { runtime, emit, errors } = await delivery({ onRefused: "drop" });
    await emit([
      ...topics.map((topic) => record(topic, "drop-x")),
      record("good", large),
      record("no/topic", "drop-x"),
      record("good", "drop-good"),
    ]);
    expect(await arrived("good", "drop-", 1)).toEqual(["drop-good"]);
    for (const reason of [/Unknown topic/, /forbidden/, /too large|larger/i, /no\/topic/]) {
      await expect.poll(() => errors.join(), patience).toMatch(reason);
    }
    const isOver = async () => (await egressHealth(runtime)).status;
    await expect.poll(isOver, patience).toBe("running");
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.close();
  });

  it("wait where they are to, also when they are too large", async () => {
    const { runtime, emit } = await delivery({ onRefused: "wait" });
    await broker.createTopic("narrow", 1);
    await emit([
      record("narrow", large),
      record("narrow", "wait-after"),
      record("good", "wait-good"),
    ]);
    expect(await arrived("good", "wait-", 1)).toEqual(["wait-good"]);
    await runtime.idle();
    expect(await egressHealth(runtime)).toMatchObject({
      status: "waiting",
      troubles: [{ part: "topic narrow" }],
    });
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.close({ drainMs: 0 });
  });
});
