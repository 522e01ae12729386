import { deadLetterTo, type FailedMessage, failedMessage, functionRef, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { describe, expect, it } from "vitest";
import { hopeless } from "./support/failing.ts";
import {
  complete,
  emitted,
  failure,
  header,
  respond,
  sent,
  wires,
  wireValue,
} from "./support/program.ts";
import { texts } from "./support/texts.ts";

const morgue = functionRef("test/morgue", failedMessage);
const toMorgue = { deadLetter: deadLetterTo(morgue.at("all")) };
const kafka = kafkaEgress("test/kafka");
const toKafka = {
  deadLetter: deadLetterTo(kafka, (failed) => ({
    topic: "dead",
    key: failed.target.id,
    value: JSON.stringify(failed),
  })),
};

const state = [["last", undefined]] as const;
const caller = { typename: "test/caller", id: "é" };
const target = { typename: "test/fn", id: "é 🙂" };

describe.each(wires)("a dead letter on wire $name", (codec) => {
  const failed = (text: string): FailedMessage => ({
    target,
    caller,
    typename: string.typename,
    payload: Buffer.from(string.encode(text)).toString("base64"),
    error: { code: "non_retryable", message: "cannot ever" },
  });

  it("to a function says what failed, of whom, why, and with which payload", async () => {
    const messages = [wireValue(string, "hé 🙂"), wireValue(string, "")];
    const batch = { target, caller, state, messages };
    const outcome = await complete(codec, hopeless(), batch, toMorgue);
    expect(sent(outcome, failedMessage)).toEqual([failed("hé 🙂"), failed("")]);
    expect(outcome.messages.map((one) => one.target)).toEqual([
      { typename: "test/morgue", id: "all" },
      { typename: "test/morgue", id: "all" },
    ]);
  });

  it("of a message from an ingress names no caller", async () => {
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const [letter] = sent(await complete(codec, hopeless(), batch, toMorgue), failedMessage);
    expect(letter).not.toHaveProperty("caller");
  });

  it("keeps every byte of a payload that nothing can read", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
    const messages = [{ typename: "test/other", bytes, headers: [] }];
    const outcome = await complete(codec, hopeless(), { target, state, messages }, toMorgue);
    const [letter] = sent(outcome, failedMessage);
    expect(letter).toMatchObject({
      typename: "test/other",
      payload: Buffer.from(bytes).toString("base64"),
      error: { code: "message_undecodable", message: expect.stringContaining("test/other") },
    });
  });

  it("to a Kafka egress is the record made for it", async () => {
    const batch = { target, caller, state, messages: [wireValue(string, "hé")] };
    const { egresses, messages } = await complete(codec, hopeless(), batch, toKafka);
    expect(messages).toEqual([]);
    expect(egresses).toHaveLength(1);
    const text = new TextDecoder().decode(egresses[0]?.argument.bytes);
    expect(text).toContain(JSON.stringify(failed("hé")));
    expect(text.startsWith(`\n${String.fromCharCode(Buffer.byteLength(target.id))}é 🙂`)).toBe(
      true,
    );
    expect(text.endsWith("\x1a\x04dead")).toBe(true);
  });

  it("to a Kafka egress has the record's name on this wire", async () => {
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const bytes = Buffer.from(await respond(codec, hopeless(), batch, toKafka));
    const { v2, v3 } = {
      v2: "org.apache.flink.statefun.flink.io.KafkaProducerRecord",
      v3: "io.statefun.sdk.egress.KafkaProducerRecord",
    };
    const [own, other] = codec.name === "v2" ? [v2, v3] : [v3, v2];
    expect(bytes.includes(own)).toBe(true);
    expect(bytes.includes(other)).toBe(false);
  });

  it("that cannot be made fails the batch", async () => {
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const broken = {
      deadLetter: deadLetterTo(kafka, () => {
        throw new RangeError("no record");
      }),
    };
    await expect(complete(codec, hopeless(), batch, broken)).rejects.toThrow("no record");
    const empty = { deadLetter: deadLetterTo(kafka, () => ({ topic: "", value: "x" })) };
    await failure(complete(codec, hopeless(), batch, empty), "invalid_argument");
    const options = { ...toMorgue, limits: { maxMessageBytes: 10 } };
    await failure(complete(codec, hopeless(), batch, options), "limit_exceeded");
  });

  it("that cannot be made does not hide why the message failed", async () => {
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const texts: unknown[] = [];
    const onError = (error: unknown) => {
      for (let one = error; one instanceof Error; one = one.cause) texts.push(one.message);
    };
    const deadLetter = deadLetterTo(kafka, () => {
      throw new RangeError("no record");
    });
    await expect(complete(codec, hopeless(), batch, { deadLetter, onError })).rejects.toThrow();
    expect(texts).toContain("no record");
    expect(texts).toContain("cannot ever");
  });

  it("can be emitted to an egress of texts", async () => {
    const deadLetter = deadLetterTo(texts, ({ error }) => error.message);
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const outcome = await complete(codec, hopeless(), batch, { deadLetter });
    expect(emitted(outcome, string)).toEqual(["cannot ever"]);
  });

  it("needs a target and, for an egress, a record", async () => {
    await failure(() => deadLetterTo(texts, undefined as never), "invalid_argument");
    await failure(() => deadLetterTo({ typename: "none", id: "x" }), "invalid_argument");
    await failure(() => deadLetterTo(undefined as never), "invalid_argument");
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const options = { deadLetter: morgue.at("all") as never };
    await failure(() => complete(codec, hopeless(), batch, options), "invalid_argument");
  });
});

const v3 = wires.filter(({ features }) => features.headers);

describe.each(v3)("a dead letter on wire $name", (codec) => {
  it("to a function keeps the headers of the message, in order, twice the same and null", async () => {
    const headers = [header("trace", "1"), header("none", undefined), header("trace", "2")];
    const messages = [wireValue(string, "x", headers)];
    const outcome = await complete(codec, hopeless(), { state, messages }, toMorgue);
    expect(outcome.messages[0]?.argument.headers).toEqual(headers);
  });
});
