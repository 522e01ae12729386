import { int, StatefulFunctions } from "statefun";
import { createClient } from "statefun/client";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { expect, it } from "vitest";
import { workerClient } from "../../src/durable-object/worker/worker-client.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { closing, rejection } from "./support.ts";

const functions = new StatefulFunctions();
const counter = functions.bind("options/counter", { accepts: int, replies: int }, () => {});

interface AnyClient {
  send(to: object, message: unknown, options: unknown): Promise<unknown>;
  call(to: object, message: unknown, options: unknown): Promise<unknown>;
}

const never = (): never => {
  throw new Error("a message was sent");
};

async function clients(): Promise<AnyClient[]> {
  const runtime = await createRuntime({ modules: functions });
  const test = await createTestRuntime(functions);
  closing(() => runtime.close());
  closing(() => test.close());
  const objects = { send: never, call: never, now: () => 0 };
  const all = [
    runtime,
    test,
    workerClient(objects, functionTable([functions]), 1_000),
    createClient({ url: "http://localhost", fetch: never }),
  ];
  // What is wrong is what the types refuse.
  return all as unknown as AnyClient[];
}

it.each<["send" | "call", unknown]>([
  ["send", null],
  ["send", "now"],
  ["send", { delay: 5 }],
  ["send", { timeoutMs: 5 }],
  ["send", { idempotencyKey: "" }],
  ["send", { headers: 5 }],
  ["send", { signal: "now" }],
  ["call", null],
  ["call", { delayMs: 5 }],
  ["call", { timeoutMs: 0 }],
  ["call", { timeoutMs: 2 ** 31 }],
  ["call", { reply: "int" }],
  ["call", { signal: 5 }],
])("every client refuses a %s with %j in the same words", async (method, options) => {
  const refusals = new Set<string>();
  for (const client of await clients()) {
    const { code, text } = await rejection(client[method](counter.at("1"), 1, options));
    refusals.add(`${code}: ${text}`);
  }
  expect([...refusals]).toEqual([expect.stringMatching(/^invalid_argument: /)]);
});

it.each([-1, 1.5, "5", Number.NaN, 8.64e15 + 1])(
  "every client refuses a delay of %j",
  async (delayMs) => {
    for (const client of await clients()) {
      const { code, text } = await rejection(client.send(counter.at("1"), 1, { delayMs }));
      expect([code, text]).toEqual(["invalid_argument", expect.stringMatching(/^delayMs must be/)]);
    }
  },
);
