import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { int } from "statefun";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf } from "../support/client.ts";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects;

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"));
});

afterAll(() => objects.close());

const { asked, control, post, send, answer } = clientOf(() => objects);
const call = async (to: string, value: number): Promise<unknown> =>
  int.decode(await answer(to, value, 20));

const kept = async (egress = "iso/said") =>
  (await asked<{ records: { value: unknown }[] }>(`/egresses/${egress}?limit=1000`)).records.map(
    ({ value }) => value,
  );
const expectSaid = (text: string) => expect.poll(() => kept(), { interval: 100 }).toContain(text);
const times = async (text: string) => (await kept()).filter((one) => one === text).length;

interface Letter {
  readonly id: string;
  readonly address: { readonly typename: string; readonly id: string };
  readonly message: { readonly value: unknown };
  readonly error: { readonly code: string };
  readonly attempts: number;
}
const letters = async (typename: string) =>
  (await asked<{ deadLetters: Letter[] }>("/admin/dead-letters?limit=1000")).deadLetters.filter(
    ({ address }) => address.typename === typename,
  );
const lettersOf = async (typename: string, count: number): Promise<readonly Letter[]> => {
  const poll = expect.poll(async () => (await letters(typename)).length, { timeout: 60_000 });
  await poll.toBe(count);
  return letters(typename);
};
const admin = (path: string, method: string) =>
  fetch(`${objects.url()}/admin/dead-letters/${path}`, {
    method,
    headers: { "statefun-admin": "1", "idempotency-key": crypto.randomUUID() },
  });

let counted = 0;
/** A neighbour goes on: each time one more. */
async function expectNeighbour(): Promise<void> {
  expect(await call("iso/counter/neighbour", 1)).toBe(++counted);
}

describe("a function that", () => {
  it("throws is tried again, and its message is one dead letter: to be replayed, or discarded", async () => {
    for (const text of ["good 1", "bad 1", "bad 2", "good 2"]) await send("iso/thrower/1", text);
    await expectSaid("good 2");
    const [first, second, ...others] = await lettersOf("iso/thrower", 2);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ message: { value: "bad 1" }, attempts: 3 });
    expect(first?.error.code).toBe("failed");
    await control("fix", { is: "fixed" });
    expect((await admin(`${first?.id}/replay`, "POST")).status).toBe(200);
    await expectSaid("bad 1");
    expect((await admin(`${second?.id}`, "DELETE")).status).toBe(200);
    expect((await admin(`${second?.id}`, "DELETE")).status).toBe(404);
    expect(await letters("iso/thrower")).toEqual([]);
    expect([await times("good 1"), await times("bad 1"), await times("bad 2")]).toEqual([1, 1, 0]);
    await expectNeighbour();
  });

  it("answers to an address of the engine's own reaches none of them", async () => {
    const own = ["statefun/dead-letter", "statefun/egress iso/said", "statefun/anything 1"];
    for (const to of own) await send("iso/replier/1", to);
    const found = await lettersOf("iso/replier", own.length);
    expect(found.map(({ error }) => error.code)).toEqual(own.map(() => "invalid_argument"));
    expect(await kept()).not.toContain("forged");
    // Nor does what somebody sends by the binding of the namespace stop an object.
    const answers = await control("letters", { object: "iso/counter/neighbour" });
    expect(answers).toEqual(Array.from({ length: 6 }, () => "invalid_argument"));
    for (const { id } of found) expect((await admin(id, "DELETE")).status).toBe(200);
    await expectNeighbour();
  });

  it("waits past its deadline fails by it, and what came behind goes on", async () => {
    await send("iso/waiter/1", "for ever");
    await send("iso/waiter/1", "and then");
    await expectNeighbour();
    const [letter] = await lettersOf("iso/waiter", 1);
    expect(letter).toMatchObject({ message: { value: "for ever" }, error: { code: "timed_out" } });
    await expectSaid("and then");
    await expectNeighbour();
  });

  it("fills its mailbox has no more than 10,000 messages let in", async () => {
    const codes = await control<Record<string, number>>("fill", { count: "10010" });
    expect(codes).toEqual({ taken: 10_000, mailbox_full: 10 });
    const response = await post("iso/stuck/1", 1);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
    await response.arrayBuffer();
    await send("iso/stuck/2", 1);
    await expectNeighbour();
  }, 120_000);

  it("grows its state past 2 MB has it in pieces, and past 16 MiB keeps the one before", async () => {
    expect(await call("iso/large/1", 5_000_000)).toBe(0);
    await objects.restart();
    expect(await call("iso/large/1", 0)).toBe(5_000_000);
    await send("iso/large/1", 16_777_217);
    const [letter] = await lettersOf("iso/large", 1);
    expect(letter?.error.code).toBe("limit_exceeded");
    expect(await call("iso/large/1", 16_777_216)).toBe(5_000_000);
    await objects.restart();
    expect(await call("iso/large/1", 0)).toBe(16_777_216);
    await expectNeighbour();
  });

  it("sends to a missing function, or emits to an egress that is not bound, loses nothing: a later deploy brings it", async () => {
    for (const text of ["a", "b", "c"]) {
      await send("iso/sender/1", text);
      await send("iso/emitter/1", text);
    }
    await expectSaid("c sent");
    await expectSaid("c emitted");
    const lost = await lettersOf("iso/emitter", 3);
    expect(lost.map(({ error }) => error.code)).toEqual(Array(3).fill("unknown_egress"));
    expect(await letters("iso/missing")).toEqual([]);
    await expectNeighbour();
    await objects.stop();
    await objects.start({ LATER: "1" });
    // Whoever looks at it wakes it, as the next message would.
    expect((await fetch(`${objects.url()}/admin/instances/iso/missing/1`)).status).toBe(200);
    await expectSaid("c found");
    expect((await kept()).filter((text) => String(text).endsWith("found"))).toEqual([
      "a found",
      "b found",
      "c found",
    ]);
    await lettersOf("iso/emitter", 0);
    await expect.poll(() => kept("iso/unbound")).toEqual(["a", "b", "c"]);
    await objects.stop();
    await objects.start({});
  });
});

describe("what has to happen later happens by an alarm", () => {
  it("where a message waits for its next try, and its object was ended meanwhile", async () => {
    await control("fix");
    await send("iso/retried/1", "retried");
    // By then the alarm is set for the time of the try, three seconds later at least.
    await wait(1_800);
    await control("fix", { is: "fixed" });
    expect(await control("end", { object: "iso/retried/1" })).toBe("ended");
    await expectSaid("retried");
  });

  it("where a timer is due after a restart, or while nothing runs", async () => {
    const dueAt = Date.now() + 5_000;
    await send("iso/timer/after", 5_000);
    await send("iso/timer/during", 1_500);
    await wait(500);
    await objects.stop();
    await wait(2_000);
    await objects.start();
    await expectSaid("timer of during");
    const before = await times("timer of after");
    // A start may have taken longer.
    if (Date.now() < dueAt) expect(before).toBe(0);
    await expectSaid("timer of after");
    await objects.restart();
    await wait(500);
    expect([await times("timer of during"), await times("timer of after")]).toEqual([1, 1]);
  });

  it("where a timer is hours away, whenever its alarm comes, and once", async () => {
    const hour = 3_600_000;
    await send("iso/timer/hours", 3 * hour);
    const object = { object: "iso/timer/hours" };
    const alarm = async () => Number(await control("alarm", object)) - Date.now();
    await expect.poll(alarm).toBeGreaterThan(2.9 * hour);
    // One that nobody asked for, and then those of later.
    await control("wake", object);
    expect(await times("timer of hours")).toBe(0);
    await control("ahead", { ms: String(4 * hour) });
    await Promise.all([control("wake", object), control("wake", object)]);
    await expectSaid("timer of hours");
    await control("wake", object);
    await wait(300);
    expect(await times("timer of hours")).toBe(1);
  });
});

it("a state that has expired is gone", async () => {
  expect(await call("iso/brief/1", 7)).toBe(-1);
  expect(await call("iso/brief/1", 0)).toBe(7);
  await wait(2_700);
  expect(await call("iso/brief/1", 0)).toBe(-1);
});

it("an instance without messages for long is forgotten, and its object is deleted", async () => {
  const object = { object: "iso/forgotten/1" };
  const state = async () =>
    (await asked<{ state: object }>("/admin/instances/iso/forgotten/1")).state;
  for (const value of [1, 2, 0]) {
    await send("iso/forgotten/1", value);
    await wait(1_500);
  }
  // The first of them was written long ago.
  expect(Object.keys(await state())).toEqual(["first", "second"]);
  await wait(2_500);
  expect(await state()).toEqual({});
  // As its alarm does.
  await control("wake", object);
  expect(await control("tables", object)).toBe(0);
});

describe("an object", () => {
  it("that was only looked at has nothing stored", async () => {
    const instance = await asked<object>("/admin/instances/iso/counter/unused");
    expect(instance).toMatchObject({ state: {}, mailboxLength: 0, timers: [] });
    expect(await control("tables", { object: "iso/counter/unused" })).toBe(0);
    expect(await control("alarm", { object: "iso/counter/unused" })).toBe(null);
    await control("wake", { object: "iso/counter/unused" });
    expect(await control("tables", { object: "iso/counter/unused" })).toBe(0);
  });

  it("that has nothing left is deleted when a week has gone by, and not before", async () => {
    const object = { object: "iso/brief/week" };
    const day = 86_400_000;
    const headers = {
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/int",
      "idempotency-key": "k",
    };
    const to = `${objects.url()}/functions/iso/brief/week`;
    await fetch(to, { method: "POST", headers, body: "5" });
    await send("iso/brief/week", -1);
    await expect.poll(() => control("tables", object)).toBeGreaterThan(0);
    for (const [days, isThere] of [
      [1, true],
      [6, true],
      [8, false],
    ] as const) {
      await control("ahead", { ms: String(days * day) });
      await control("wake", object);
      expect((await control<number>("tables", object)) > 0, `after ${days} days`).toBe(isThere);
    }
    expect(await control("alarm", object)).toBe(null);
    // As a new one.
    expect(await call("iso/brief/week", 3)).toBe(-1);
    expect(await call("iso/brief/week", 0)).toBe(3);
  });

  it("that has a state stays for ever", async () => {
    const object = { object: "iso/counter/stays" };
    await call("iso/counter/stays", 4);
    await control("ahead", { ms: String(400 * 86_400_000) });
    await control("wake", object);
    expect(await call("iso/counter/stays", 1)).toBe(5);
  });
});

it("client(env) sends and calls from the rest of the Worker", async () => {
  const answer = await control<{ same: boolean; reply: unknown; dead: unknown[] }>("client");
  expect(answer).toMatchObject({ same: true, reply: 6 });
  expect(answer.dead).toEqual(expect.any(Array));
});

it("an option that is none of Durable Objects is refused, and not ignored", async () => {
  expect(await control("wrong")).toMatch(/durableObjectEngine have no "store"/);
});
