import { functionRef, StatefulFunctions, string } from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { expect, it } from "vitest";
import { telemetry } from "./support/telemetry.ts";

const { named } = telemetry();
const one = functionRef("demo/one", string);
const two = functionRef("demo/two", string);
const name = "messaging.message.id";

function passingOn(): StatefulFunctions {
  const functions = new StatefulFunctions("demo");
  functions.bind("demo/one", { accepts: string }, (context) => context.send(two.at("1"), "go"));
  functions.bind("demo/two", { accepts: string }, () => {});
  return functions;
}

const idsOf = (span: string) => named(span).map(({ attributes }) => attributes[name]);

it("gives the spans of a message the id of its receipt, where it is sent and where it is handled", async () => {
  await using runtime = await createRuntime({ modules: passingOn(), observer: openTelemetry() });
  const receipt = await runtime.send(one.at("1"), "go");
  await runtime.idle();
  expect(idsOf("send demo/one")).toEqual([receipt.id]);
  expect(idsOf("process demo/one")).toEqual([receipt.id]);
  // Where a function sends it, it has none yet.
  expect(idsOf("send demo/two")).toEqual([undefined]);
  const [sentOn] = idsOf("process demo/two");
  expect(sentOn).toEqual(expect.stringMatching(/^.+-\d+$/));
  expect(sentOn).not.toBe(receipt.id);
});

it("gives each attempt the id of the message, and a duplicate that of the first", async () => {
  let attempts = 0;
  const functions = new StatefulFunctions("demo");
  functions.bind("demo/one", { accepts: string }, () => {
    attempts += 1;
    if (attempts < 3) throw new Error("not yet");
  });
  const runtime = await createTestRuntime(functions, { observer: openTelemetry() });
  const first = await runtime.send(one.at("1"), "go", { idempotencyKey: "a" });
  const again = await runtime.send(one.at("1"), "go", { idempotencyKey: "a" });
  await runtime.advance(60_000);
  expect(again).toEqual({ id: first.id, duplicate: true });
  expect(idsOf("process demo/one")).toEqual([first.id, first.id, first.id]);
  expect(idsOf("send demo/one")).toEqual([first.id, first.id]);
  await runtime.close();
});

it("leaves ids of messages out where spans have no ids", async () => {
  const observer = openTelemetry({ instanceIds: false });
  await using runtime = await createRuntime({ modules: passingOn(), observer });
  await runtime.send(one.at("1"), "go");
  await runtime.idle();
  expect(idsOf("send demo/one")).toEqual([undefined]);
  expect(idsOf("process demo/one")).toEqual([undefined]);
});

it("gives a delayed message another id when it is delivered, as the documents say", async () => {
  const runtime = await createTestRuntime(passingOn(), { observer: openTelemetry() });
  const receipt = await runtime.send(one.at("1"), "go", { delayMs: 1_000 });
  await runtime.advance(60_000);
  expect(idsOf("send demo/one")).toEqual([receipt.id]);
  const [delivered] = idsOf("process demo/one");
  expect(delivered).toEqual(expect.stringMatching(/^.+-\d+$/));
  expect(delivered).not.toBe(receipt.id);
  await runtime.close();
});
