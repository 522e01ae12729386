import process from "node:process";
import { address, customType, egress, json, StatefulFunctions, string } from "statefun";
import { httpDelivery } from "statefun/http";
import { createRuntime } from "statefun/runtime";
import { afterEach, beforeEach, expect, it } from "vitest";

/** As it would be written by who takes it for one that is waited for. */
const later = (async () => {
  throw new Error("later");
}) as () => never;

const encoded = customType<string>({ typename: "late/encoded", encode: later, decode: String });
const decoded = customType<string>({
  typename: "late/decoded",
  encode: () => new Uint8Array(1),
  decode: later,
});
const checked = json("late/checked", {
  "~standard": { version: 1, vendor: "test", validate: later },
});

const unhandled: unknown[] = [];
const listen = (reason: unknown) => void unhandled.push(reason);
beforeEach(() => void process.on("unhandledRejection", listen));

/** Each of them would end the process. */
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off("unhandledRejection", listen);
  expect(unhandled.splice(0)).toEqual([]);
});

it.each([
  ["encode", () => encoded.encode("x"), /^encode of late\/encoded is asynchronous/],
  ["decode", () => decoded.decode(new Uint8Array(1)), /^decode of late\/decoded is asynch/],
  ["a schema", () => checked.of({}), /^json late\/checked: the schema is asynchronous$/],
])("%s that is asynchronous is refused, and its failure is nobody's", (_, run, message) => {
  expect(run).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  expect(run).toThrow(message);
});

it("a url of httpDelivery that is a promise makes a dead letter", async () => {
  const out = egress("late/out", string);
  const functions = new StatefulFunctions();
  functions.bind("late/sender", { accepts: string }, (context, text) => context.emit(out, text));
  const runtime = await createRuntime({
    modules: [functions],
    egresses: [httpDelivery(out, { url: later })],
    onError: () => {},
  });
  await runtime.send(address("late/sender", "a"), string.of("x"));
  await expect.poll(async () => (await runtime.deadLetters.list()).length).toBe(1);
  const [letter] = await runtime.deadLetters.list();
  expect(letter?.error.message).toMatch(/the url of httpDelivery late\/out is asynchronous/);
  await runtime.close();
});
