import { json, StatefulFunctions, shape, string } from "statefun";
import { encrypted } from "statefun/encryption";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress, optional } from "statefun/kafka-connector";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changingKeys, secretText } from "../encryption/support.ts";
import { type Broker, startBroker } from "./broker.ts";
import { ingressHealth, listener, runtimes } from "./hosts.ts";
import { read, write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
const host = runtimes();

const Note = json("shop/Note", shape<{ n: number; secret: string }>());
const out = kafkaEgress("shop/out");

/** An application with keys of its own, that reads encrypted records of a topic. */
function reader(topic: string, ...ids: readonly string[]) {
  const ring = changingKeys(ids.at(-1) ?? "a", ...ids);
  const Secret = encrypted(Note, ring);
  const functions = new StatefulFunctions("shop");
  const seen: string[] = [];
  const inbox = functions.bind(
    "shop/inbox",
    { accepts: Secret, state: { last: Secret } },
    (context, note) => {
      seen.push(`${context.self.id} ${note.n}`);
      context.state.last = note;
    },
  );
  const options = {
    brokers: broker.brokers,
    topics: [topic],
    consumerGroup: topic,
    value: Secret,
    startupPosition: "earliest",
  } as const;
  return { ring, Secret, functions, inbox, seen, options };
}

/** An application that seals notes into a topic. */
async function writer(topic: string) {
  const ring = changingKeys("a", "a", "b");
  const Secret = encrypted(Note, ring);
  const functions = new StatefulFunctions("shop");
  const outbox = functions.bind("shop/outbox", { accepts: string }, async (context, n) => {
    const value = await Secret.seal({ n: Number(n), secret: secretText });
    context.emit(out, { topic, key: context.self.id, value });
  });
  const runtime = await host.start([functions], [], {
    egresses: [kafkaDelivery(out, { brokers: broker.brokers })],
  });
  return { ring, Secret, send: (id: string, n: number) => runtime.send(outbox.at(id), String(n)) };
}

const sealedRecord = async (
  { Secret }: Pick<Awaited<ReturnType<typeof writer>>, "Secret">,
  topic: string,
  key: string,
  n: number,
) => ({ topic, key, value: (await Secret.seal({ n, secret: secretText })).bytes });

describe("encrypted values between two applications", () => {
  it("are sealed on the way out and opened on the way in; the broker has none of what they say", async () => {
    await broker.createTopic("between", 2);
    const { send } = await writer("between");
    const { functions, inbox, seen, options } = reader("between", "a");
    const runtime = await host.start(
      [functions],
      kafkaIngress("shop/in", { ...options, targets: [inbox] }),
    );
    for (const n of [1, 2, 3]) for (const id of ["x", "y", "z"]) await send(id, n);
    await expect.poll(() => seen).toHaveLength(9);
    for (const id of ["x", "y", "z"]) {
      const own = seen.filter((one) => one.startsWith(`${id} `));
      expect(own).toEqual([1, 2, 3].map((n) => `${id} ${n}`));
    }
    for (const { value } of await read(broker.brokers, "between", 9)) {
      expect(value).not.toContain(secretText);
    }
    expect((await runtime.instance(inbox.at("x"))).state?.last).toEqual({
      n: 3,
      secret: secretText,
    });
    expect(host.errors).toEqual([]);
  });

  it("may be encrypted by two keys while records wait to be delivered and to be read", async () => {
    const { ring, send } = await writer("rotated");
    await send("x", 1);
    await send("y", 1);
    // No topic yet: they wait with the writer, and the key changes meanwhile.
    await expect.poll(() => host.errors.join()).toContain("rotated");
    ring.current = "b";
    await send("x", 2);
    ring.all.delete("a");
    await broker.createTopic("rotated", 1);
    const waiting = await read(broker.brokers, "rotated", 3);
    // A byte for the version, one for the length of the key's id, and the id.
    expect(waiting.map(({ key, value }) => `${key} ${value[2]}`)).toEqual(["x a", "y a", "x b"]);
    const { functions, inbox, seen, options } = reader("rotated", "a", "b");
    await host.start([functions], kafkaIngress("shop/in", { ...options, targets: [inbox] }));
    await expect.poll(() => [...seen].sort()).toEqual(["x 1", "x 2", "y 1"]);
    expect(seen.indexOf("x 1")).toBeLessThan(seen.indexOf("x 2"));
  });
});

describe("a record whose key is gone", () => {
  it("waits with its instance, those behind it too, and holds up no other one", async () => {
    await broker.createTopic("gone", 1);
    const sender = await writer("gone");
    const first = [await sealedRecord(sender, "gone", "x", 1)];
    sender.ring.current = "b";
    const more = await Promise.all(["x", "y"].map((key) => sealedRecord(sender, "gone", key, 2)));
    const { ring, functions, inbox, seen, options } = reader("gone", "a", "b");
    const key = ring.all.get("a") ?? expect.fail("no key");
    ring.all.delete("a");
    const runtime = await host.start(
      [functions],
      kafkaIngress("shop/in", { ...options, targets: [inbox] }),
    );
    await write(broker.brokers, [...first, ...more]);
    await expect.poll(() => seen).toEqual(["y 2"]);
    expect(await ingressHealth(runtime)).toMatchObject({ status: "running" });
    await expect.poll(() => host.errors.join()).toContain('there is no key "a"');
    ring.all.set("a", key);
    await expect.poll(() => seen).toEqual(["y 2", "x 1", "x 2"]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("stops its partition where a router must read it, whatever becomes of invalid ones", async () => {
    await broker.createTopic("routed", 1);
    const sender = await writer("routed");
    const { ring, functions, inbox, seen, options } = reader("routed", "a");
    const key = ring.all.get("a") ?? expect.fail("no key");
    ring.all.delete("a");
    const ingress = kafkaIngress("shop/in", {
      ...options,
      onInvalid: "skip",
      route: ({ value }, context) => context.send(inbox.at(`n${value.n}`), value),
    });
    const runtime = await host.start([functions], ingress);
    const records = [1, 2, 3].map((n) => sealedRecord(sender, "routed", "x", n));
    await write(broker.brokers, await Promise.all(records));
    const text =
      'the record of routed/0 at offset 0 cannot be read now: there is no key "a": add it to the keys again';
    await expect
      .poll(() => ingressHealth(runtime))
      .toMatchObject({ status: "stalled", reason: expect.stringContaining(text) });
    ring.all.set("a", key);
    await expect.poll(() => seen).toEqual(["n1 1", "n2 2", "n3 3"]);
    const { status, sources } = await ingressHealth(runtime);
    expect([status, sources[0]?.invalid]).toEqual(["running", 0]);
  });
});

describe("a record that is not what it should be", () => {
  it("is invalid if it was changed or is not encrypted, and its value is shown to nobody", async () => {
    await broker.createTopic("changed", 1);
    const sender = await writer("changed");
    const bad = listener("shop/bad");
    const { functions, inbox, seen, options } = reader("changed", "a");
    const onInvalid = { deadLetter: bad.ref };
    const ingress = kafkaIngress("shop/in", { ...options, targets: [inbox], onInvalid });
    await host.start([functions, bad.functions], ingress);
    const whole = await sealedRecord(sender, "changed", "x", 1);
    const changed = { ...whole, value: Uint8Array.from(whole.value).fill(7, -1) };
    const plain = { ...whole, value: Note.encode({ n: 2, secret: secretText }) };
    await write(broker.brokers, [changed, plain, whole]);
    await expect.poll(() => seen).toEqual(["x 1"]);
    expect(bad.heard.map(({ typename }) => typename)).toEqual(Array(2).fill("shop/Note.encrypted"));
    const said = bad.heard.map(({ headers }) => JSON.stringify(headers)).join("\n");
    expect(said).toContain('cannot be decrypted with the key \\"a\\"');
    expect(said).toContain("expected encrypted bytes, got bytes of another format");
    expect(said + host.errors.join("\n")).not.toContain(secretText);
  });

  it("may be a tombstone, if the ingress reads these", async () => {
    await broker.createTopic("tombs", 1);
    const sender = await writer("tombs");
    const { functions, inbox, seen, options } = reader("tombs", "a");
    const ingress = kafkaIngress("shop/in", {
      ...options,
      value: optional(options.value),
      route: ({ key, value }, context) => {
        context.send(inbox.at(key ?? ""), value ?? { n: 0, secret: "" });
      },
    });
    await host.start([functions], ingress);
    const whole = await sealedRecord(sender, "tombs", "x", 1);
    await write(broker.brokers, [whole, { ...whole, value: undefined }, whole]);
    await expect.poll(() => seen).toEqual(["x 1", "x 0", "x 1"]);
  });
});
