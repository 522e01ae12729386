import {
  customType,
  egress,
  functionRef,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";

const flink: TestOptions = { rules: "flink" };
const out = egress("test/out", string);

/** A type that writes what it cannot read: as a type does that was changed under its name. */
const Changed = customType<string>({
  typename: "test/Changed",
  encode: (text) => new TextEncoder().encode(text),
  decode: () => {
    throw new Error("written by an earlier version");
  },
});

function program() {
  const functions = new StatefulFunctions();
  const accepts = string;
  const alarm = functions.bind("test/alarm", { accepts }, (context) => {
    context.sendAfter(100, context.self, string.of("ring"), { cancellationToken: "t" });
  });
  const timeout = functions.bind("test/timeout", { accepts }, (context) => {
    context.sendAfter(100, context.self, string.of("over"), { cancellationToken: "t" });
  });
  const lost = functions.bind("test/lost", { accepts }, (context, text) => {
    context.send(functionRef("test/nowhere", string).at("1"), text);
  });
  const strict = functions.bind("test/strict", { accepts }, (_, text) => {
    if (text === "bad") throw new NonRetryableError("cannot be");
  });
  const kept = functions.bind(
    "test/kept",
    { accepts, state: { kept: Changed } },
    (context, text) => {
      if (text === "read") context.emit(out, String(context.state.kept));
      else context.state.kept = text;
    },
  );
  const fine = functions.bind("test/fine", { accepts, replies: string }, (context, text) => {
    context.emit(out, text);
  });
  return { functions, alarm, timeout, lost, strict, kept, fine };
}

describe('rules "flink"', () => {
  it("leave alone what a cluster does as well", async () => {
    const { functions, alarm, fine, strict } = program();
    await using runtime = await createTestRuntime(functions, flink);
    await runtime.send(fine.at("1"), "a");
    await runtime.send(strict.at("1"), "good");
    await runtime.send(alarm.at("1"), "set");
    await runtime.send(alarm.at("2"), "set");
    expect(runtime.emitted(out)).toEqual(["a"]);
  });

  it("fail on a token that two functions use under one id", async () => {
    const { functions, alarm, timeout } = program();
    await using runtime = await createTestRuntime(functions, flink);
    await runtime.send(alarm.at("1"), "set");
    const second = runtime.send(timeout.at("1"), "set");
    await expect(second).rejects.toMatchObject({ code: "token_pending" });
    await using free = await createTestRuntime(functions);
    await free.send(alarm.at("1"), "set");
    await free.send(timeout.at("1"), "set");
    expect(await free.deadLetters.list()).toEqual([]);
  });

  it("fail on a message to a function that nobody provides", async () => {
    const { functions, lost } = program();
    await using runtime = await createTestRuntime(functions, flink);
    const sending = runtime.send(lost.at("1"), "x");
    await expect(sending).rejects.toMatchObject({ code: "unknown_function" });
    await expect(sending).rejects.toThrow("a Flink job would fail: nothing provides test/nowhere");
  });

  it("fail on a dead letter, which a cluster has no place for", async () => {
    const { functions, strict } = program();
    await using runtime = await createTestRuntime(functions, flink);
    const sending = runtime.send(strict.at("1"), "bad");
    await expect(sending).rejects.toMatchObject({ code: "non_retryable" });
    await expect(sending).rejects.toThrow("cannot be");
    // A job that failed stays failed, whatever comes after.
    await expect(runtime.send(strict.at("1"), "good")).rejects.toThrow("cannot be");
    await expect(runtime.advance(1)).rejects.toThrow("cannot be");
  });

  it("fail on a state that its type cannot read", async () => {
    const { functions, kept } = program();
    await using runtime = await createTestRuntime(functions, flink);
    await runtime.send(kept.at("1"), "write");
    const reading = runtime.send(kept.at("1"), "read");
    await expect(reading).rejects.toMatchObject({ code: "state_undecodable" });
  });

  it("fail on a record for Kafka with headers, which most clusters drop", async () => {
    const functions = new StatefulFunctions();
    const topic = kafkaEgress("test/kafka");
    const ref = functions.bind("test/kafka-writer", { accepts: string }, (context, value) => {
      context.emit(topic, { topic: "t", key: "k", value }, { headers: { trace: "1" } });
    });
    await using runtime = await createTestRuntime(functions, flink);
    const sending = runtime.send(ref.at("1"), "x");
    await expect(sending).rejects.toMatchObject({ code: "unsupported_by_wire" });
  });

  it("refuse a call, which no cluster has", async () => {
    const { functions, fine } = program();
    await using runtime = await createTestRuntime(functions, flink);
    const call = runtime.call(fine.at("1"), "x");
    await expect(call).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(call).rejects.toThrow("a cluster has no calls");
  });
});
