import { egress, functionRef, StatefulFunctions, string } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { expect, it } from "vitest";

const dayMs = 86_400_000;
const letters = egress("test/letters", string);
const desk = functionRef("test/desk", string);

/** Takes `in MS TEXT`, `token MS TEXT` (its own token is TEXT), `cancel TEXT`; anything else it emits with the time. */
function deskFunctions(): StatefulFunctions {
  const functions = new StatefulFunctions("desk");
  functions.implement(desk, {}, (context, message) => {
    const [verb, ms, text = ""] = message.split(" ");
    if (verb === "in") context.sendAfter(Number(ms), context.self, string.of(text));
    else if (verb === "token") {
      context.sendAfter(Number(ms), context.self, string.of(text), { cancellationToken: text });
    } else if (verb === "cancel") context.cancel(String(ms));
    else context.emit(letters, `${message} at ${context.now()}`);
  });
  return functions;
}

it("waits 30 days in milliseconds, and not a moment less", async () => {
  await using runtime = await createTestRuntime(deskFunctions(), { startMs: 1_000 });
  await runtime.send(desk.at("1"), `in ${30 * dayMs} reminder`);
  await runtime.advance(30 * dayMs - 1);
  expect(runtime.emitted(letters)).toEqual([]);
  await runtime.advance(1);
  expect(runtime.emitted(letters)).toEqual([`reminder at ${1_000 + 30 * dayMs}`]);
  expect(runtime.now()).toBe(1_000 + 30 * dayMs);
});

it("waits longer than any timer of a platform can", async () => {
  await using runtime = await createTestRuntime(deskFunctions(), { startMs: 0 });
  await runtime.send(desk.at("1"), `in ${400 * dayMs} far`);
  await runtime.advance(399 * dayMs);
  expect(runtime.emitted(letters)).toEqual([]);
  await runtime.advance(dayMs);
  expect(runtime.emitted(letters)).toEqual([`far at ${400 * dayMs}`]);
});

it("delivers a delay of 0 without moving the clock", async () => {
  await using runtime = await createTestRuntime(deskFunctions(), { startMs: 5 });
  await runtime.send(desk.at("1"), "in 0 now");
  expect(runtime.emitted(letters)).toEqual(["now at 5"]);
  expect(runtime.now()).toBe(5);
});

it("takes a delay of a message from outside", async () => {
  await using runtime = await createTestRuntime(deskFunctions(), { startMs: 0 });
  await runtime.send(desk.at("1"), "late", { delayMs: 50 });
  expect(runtime.emitted(letters)).toEqual([]);
  await runtime.advance(50);
  expect(runtime.emitted(letters)).toEqual(["late at 50"]);
});

it("stops at each time at which something is due", async () => {
  await using runtime = await createTestRuntime(deskFunctions(), { startMs: 0 });
  for (const text of ["in 300 c", "in 100 a", "in 200 b", "in 100 a2"]) {
    await runtime.send(desk.at("1"), text);
  }
  await runtime.advance(1_000);
  const expected = ["a at 100", "a2 at 100", "b at 200", "c at 300"];
  expect(runtime.emitted(letters)).toEqual(expected);
  expect(runtime.now()).toBe(1_000);
});

it("fires what a timer set on its way, within one move of the clock", async () => {
  const functions = new StatefulFunctions();
  const tick = functions.bind(
    "test/tick",
    { accepts: string, state: { times: { type: string, initial: "" } } },
    (context) => {
      context.state.times += `${context.now()} `;
      if (context.now() < 50) context.sendAfter(10, tick.at("1"), "again");
    },
  );
  await using runtime = await createTestRuntime(functions, { startMs: 0 });
  await runtime.send(tick.at("1"), "first");
  await runtime.advance(100);
  expect(runtime.state(tick.at("1")).times).toBe("0 10 20 30 40 50 ");
});

it("delivers a cancelled message zero times, and one that fired is not cancelled any more", async () => {
  await using runtime = await createTestRuntime(deskFunctions(), { startMs: 0 });
  await runtime.send(desk.at("1"), "token 100 gone");
  await runtime.send(desk.at("1"), "token 100 kept");
  await runtime.send(desk.at("1"), "cancel gone");
  await runtime.advance(100);
  await runtime.send(desk.at("1"), "cancel kept");
  await runtime.advance(1_000);
  expect(runtime.emitted(letters)).toEqual(["kept at 100"]);
});

it("lets only the address that sent a delayed message cancel it", async () => {
  await using runtime = await createTestRuntime(deskFunctions(), { startMs: 0 });
  await runtime.send(desk.at("1"), "token 100 mine");
  await runtime.send(desk.at("2"), "cancel mine");
  await runtime.advance(100);
  expect(runtime.emitted(letters)).toEqual(["mine at 100"]);
});

it("starts its clock at the same time for everyone who does not say", async () => {
  await using runtime = await createTestRuntime(deskFunctions());
  expect(new Date(runtime.now()).toISOString()).toBe("2020-01-01T00:00:00.000Z");
});
