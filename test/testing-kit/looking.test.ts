import { egress, int, json, NonRetryableError, StatefulFunctions, shape, string } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { expect, it } from "vitest";

const words = egress("test/words", string);
const mixed = egress("test/mixed", [string, int]);
const Order = json("test/Order", shape<{ item: string }>());

function program() {
  const functions = new StatefulFunctions();
  const echo = functions.bind(
    "test/echo",
    { accepts: string, replies: string },
    (context, text) => {
      context.emit(words, text);
      context.emit(mixed, string.of(text));
      context.emit(mixed, int.of(text.length));
      if (context.caller !== undefined) context.reply(text.toUpperCase());
    },
  );
  const store = functions.bind(
    "test/store",
    { accepts: Order, state: { last: Order, count: { type: int, initial: 0 } } },
    (context, order) => {
      if (order.item === "poison") throw new Error("poisoned");
      context.state.last = order;
      context.state.count++;
      context.sendAfter(500, echo.at("later"), order.item, { cancellationToken: order.item });
    },
  );
  return { functions, echo, store };
}

it("shows bare values where an egress has one type, tagged ones where it has several", async () => {
  const { functions, echo } = program();
  await using runtime = await createTestRuntime(functions);
  await runtime.send(echo.at("1"), "a");
  await runtime.send(echo.at("2"), "bc");
  expect(runtime.emitted(words)).toEqual(["a", "bc"]);
  const all = runtime.emitted(mixed).map(({ typename, value }) => [typename, value]);
  const [text, number] = [string.typename, int.typename];
  expect(all).toEqual([
    [text, "a"],
    [number, 1],
    [text, "bc"],
    [number, 2],
  ]);
});

it("shows nothing of an egress that got nothing", async () => {
  await using runtime = await createTestRuntime(program().functions);
  expect(runtime.emitted(words)).toEqual([]);
});

it("shows state as a handler would find it", async () => {
  const { functions, store } = program();
  await using runtime = await createTestRuntime(functions);
  expect(runtime.state(store.at("new"))).toEqual({ count: 0 });
  await runtime.send(store.at("1"), { item: "tea" });
  expect(runtime.state(store.at("1"))).toEqual({ last: { item: "tea" }, count: 1 });
  // What a test does to what it was shown changes nothing.
  Object(runtime.state(store.at("1")).last).item = "coffee";
  expect(runtime.state(store.at("1")).last).toEqual({ item: "tea" });
});

it("shows the mailbox behind a message that fails, and the timers that wait", async () => {
  const { functions, store } = program();
  await using runtime = await createTestRuntime(functions, { startMs: 1_000 });
  await runtime.send(store.at("1"), { item: "tea" });
  await runtime.send(store.at("1"), { item: "poison" });
  await runtime.send(store.at("1"), { item: "milk" });
  const { state, mailbox, timers } = await runtime.instance(store.at("1"));
  expect(state.count).toBe(1);
  expect(mailbox.map((message) => message.as(Order).item)).toEqual(["poison", "milk"]);
  expect(timers).toMatchObject([
    { atMs: 1_500, to: { typename: "test/echo", id: "later" }, cancellationToken: "tea" },
  ]);
  expect(timers[0]?.message.as(string)).toBe("tea");
});

it("answers a call", async () => {
  const { functions, echo } = program();
  await using runtime = await createTestRuntime(functions);
  expect(await runtime.call(echo.at("1"), "hello")).toBe("HELLO");
});

it("repeats the receipt of an idempotency key, and handles its message once", async () => {
  const { functions, echo } = program();
  await using runtime = await createTestRuntime(functions);
  const first = await runtime.send(echo.at("1"), "a", { idempotencyKey: "k" });
  const again = await runtime.send(echo.at("1"), "a", { idempotencyKey: "k" });
  expect(first.duplicate).toBe(false);
  expect(again).toEqual({ id: first.id, duplicate: true });
  expect(runtime.emitted(words)).toEqual(["a"]);
});

it("gives handlers the env of its options", async () => {
  const functions = new StatefulFunctions<{ readonly name: string }>();
  const who = functions.bind("test/who", { accepts: string }, (context) => {
    context.emit(words, context.env.name);
  });
  await using runtime = await createTestRuntime(functions, { env: { name: "test" } });
  await runtime.send(who.at("1"), "?");
  expect(runtime.emitted(words)).toEqual(["test"]);
});

it("tells a probe that it is well", async () => {
  await using runtime = await createTestRuntime(program().functions);
  const response = await runtime.fetch(new Request("http://test/health"));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    status: "ok",
    mailboxes: { waiting: 0, running: 0 },
    deadLetters: 0,
  });
});

it("takes nothing any more when it is closed", async () => {
  const { functions, echo } = program();
  const runtime = await createTestRuntime(functions);
  await runtime.close();
  await expect(runtime.send(echo.at("1"), "a")).rejects.toMatchObject({ code: "draining" });
});

it("lists, replays and discards dead letters as a runtime does, whenever the process dies", async () => {
  for (let seed = 0; seed < 20; seed++) {
    let isMended = false;
    const functions = new StatefulFunctions();
    const fragile = functions.bind(
      "test/fragile",
      { accepts: int, state: { sum: int } },
      (c, n) => {
        if (!isMended) throw new NonRetryableError("not yet");
        c.state.sum = (c.state.sum ?? 0) + n;
      },
    );
    const options = { seed, crashProbability: 0.1, onError: () => {} };
    await using runtime = await createTestRuntime(functions, options);
    for (const n of [1, 2, 4]) await runtime.send(fragile.at("1"), n);
    const [first, second, third] = await runtime.deadLetters.list();
    expect(await runtime.deadLetters.list({ limit: 1, after: first?.id ?? "" })).toEqual([second]);
    isMended = true;
    await runtime.deadLetters.replay(first?.id ?? "");
    expect(runtime.state(fragile.at("1"))).toEqual({ sum: 1 });
    await runtime.deadLetters.discard(second?.id ?? "");
    expect((await runtime.deadLetters.list()).map(({ id }) => id)).toEqual([third?.id]);
    const gone = runtime.deadLetters.replay(second?.id ?? "");
    await expect(gone).rejects.toMatchObject({ code: "invalid_argument" });
  }
});

it("shows an instance while its handler runs", async () => {
  const functions = new StatefulFunctions();
  let go = (): void => {};
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow = functions.bind("test/slow", { accepts: int }, () => going);
  await using runtime = await createTestRuntime(functions);
  const sent = runtime.send(slow.at("1"), 1);
  await expect.poll(async () => (await runtime.instance(slow.at("1"))).mailboxLength).toBe(1);
  go();
  await sent;
});
