import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { address, int } from "statefun";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import {
  type Answered,
  cart,
  later,
  retried,
  type Started,
  start,
  trouble,
  worker,
} from "./app.ts";

const stores = {
  memory: () => memoryStore(),
  SQLite: () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-admin-")), "store.db")),
};

const at = (fn: string, id: string) => new URLSearchParams({ function: `ops/${fn}`, id });
const post = { method: "POST" };
const remove = { method: "DELETE" };

/** What an answer says, with its status. */
async function said(response: Response): Promise<Answered> {
  return { status: response.status, ...(await response.json()) };
}

describe.each(Object.entries(stores))("with %s", (_, store) => {
  const open = () => start({ store: store() });
  const dead = async ({ runtime, read }: Started, ids: readonly string[]) => {
    for (const id of ids) await runtime.send(worker.at(id), "never");
    await runtime.idle();
    const { deadLetters } = await read("/admin/dead-letters");
    return deadLetters.map(({ id }: Answered) => id as string);
  };

  describe("a dead letter", () => {
    it("is replayed once for each key, and the key says so", async () => {
      const started = await open();
      const [id] = await dead(started, ["1"]);
      const path = `/admin/dead-letters/${id}/replay`;
      const headers = { "idempotency-key": "once" };
      const first = await said(await started.ask(path, { ...post, headers }));
      expect(first).toEqual({ status: 200, duplicate: false, count: 1 });
      await started.runtime.idle();
      const again = await said(await started.ask(path, { ...post, headers }));
      expect(again).toEqual({ status: 200, duplicate: true, count: 1 });
      await started.runtime.idle();
      const { deadLetters } = await started.read("/admin/dead-letters");
      expect(deadLetters).toHaveLength(1);
      expect(deadLetters[0].id).not.toBe(id);
    });

    it("is not there for another key, and its key is not for another action", async () => {
      const started = await open();
      const [first, second] = await dead(started, ["1", "2"]);
      const headers = { "idempotency-key": "mine" };
      const path = `/admin/dead-letters/${first}`;
      expect((await started.ask(path, { ...remove, headers })).status).toBe(200);
      const gone = await said(await started.ask(path, remove));
      expect(gone).toMatchObject({ status: 404, error: { code: "not_found" } });
      const other = await started.ask(`/admin/dead-letters/${second}`, { ...remove, headers });
      expect(await said(other)).toMatchObject({
        status: 409,
        error: { code: "idempotency_conflict" },
      });
    });

    it("is chosen by function, code, text and time, page by page", async () => {
      const started = await open();
      const ids = await dead(started, ["1", "2", "3", "4", "5"]);
      const all = (body: object) =>
        started.read("/admin/dead-letters/discard", { ...post, body: JSON.stringify(body) });
      const none = [
        { function: "ops/cart" },
        { code: "timed_out" },
        { reason: "never ever" },
        { since: Date.now() + 60_000 },
        { until: 1 },
      ];
      for (const filter of none) expect(await all(filter)).toMatchObject({ count: 0 });
      const filter = {
        function: "ops/worker",
        code: "non_retryable",
        reason: "never be",
        since: 1,
      };
      expect(await all({ ...filter, dryRun: true })).toMatchObject({ count: 5, duplicate: false });
      const first = await all({ ...filter, limit: 2, upTo: ids[3] });
      expect(first).toMatchObject({ count: 2, next: ids[1] });
      const rest = await all({ ...filter, limit: 2, upTo: ids[3], after: first.next });
      expect(rest.count).toBe(2);
      const { deadLetters } = await started.read("/admin/dead-letters");
      expect(deadLetters.map(({ id }: Answered) => id)).toEqual([ids[4]]);
    });

    it("is replayed with all others, and what fails again stays out by upTo", async () => {
      const started = await open();
      const ids = await dead(started, ["1", "2", "3"]);
      const body = JSON.stringify({ upTo: ids.at(-1), why: "the bug is fixed" });
      expect(await started.read("/admin/dead-letters/replay", { ...post, body })).toMatchObject({
        count: 3,
      });
      await started.runtime.idle();
      const { deadLetters } = await started.read("/admin/dead-letters");
      expect(deadLetters).toHaveLength(3);
      expect(await started.read("/admin/dead-letters/replay", { ...post, body })).toMatchObject({
        count: 0,
      });
      const { activity } = await started.read("/admin/activity");
      expect(activity).toHaveLength(1);
      expect(activity[0]).toMatchObject({
        cursor: expect.stringMatching(/^\d+$/),
        record: { who: "walter", why: "the bug is fixed", action: "replay-all" },
      });
    });
  });

  describe("a state", () => {
    const path = (id: string, name = "items") => `/admin/state?${at("cart", id)}&name=${name}`;
    const stateOf = async ({ read }: Started, id: string): Promise<Answered> =>
      (await read(`/admin/instance?${at("cart", id)}`)).state;

    it("is written and forgotten with the tag of the one before", async () => {
      const started = await open();
      const { runtime, ask } = started;
      await runtime.call(cart.at("1"), { item: "pen", count: 3 });
      const { items } = await stateOf(started, "1");
      const value = await ask(`/admin/value?of=state&${at("cart", "1")}&name=items`);
      expect(value.headers.get("etag")).toBe(items.etag);
      const put = { method: "PUT", headers: { "if-match": items.etag }, body: "40" };
      expect(await said(await ask(path("1"), put))).toMatchObject({ status: 200, count: 1 });
      expect(await runtime.call(cart.at("1"), { item: "pen", count: 2 })).toEqual({ items: 42 });
      const late = await ask(path("1"), put);
      const now = (await stateOf(started, "1")).items;
      expect([late.status, late.headers.get("etag")]).toEqual([412, now.etag]);
      expect(await said(late)).toMatchObject({ error: { code: "conflict" } });
      const clear = { ...remove, headers: { "if-match": now.etag } };
      expect(await said(await ask(path("1"), clear))).toMatchObject({ status: 200, count: 1 });
      expect(await runtime.call(cart.at("1"), { item: "pen", count: 1 })).toEqual({ items: 1 });
    });

    it("is repeated with its key, though the value has changed by then", async () => {
      const { ask } = await open();
      const headers = { "if-match": '""', "idempotency-key": "state" };
      const put = { method: "PUT", headers, body: "7" };
      expect(await said(await ask(path("2"), put))).toMatchObject({ duplicate: false });
      expect(await said(await ask(path("2"), put))).toMatchObject({ status: 200, duplicate: true });
    });

    it("is written where there is none by two quotes, and only there", async () => {
      const { ask } = await open();
      const headers = { "if-match": '""' };
      expect((await ask(path("3"), { method: "PUT", headers, body: "1" })).status).toBe(200);
      const again = await ask(path("3"), { method: "PUT", headers, body: "2" });
      expect(again.status).toBe(412);
      const gone = await ask(path("nobody"), { ...remove, headers: { "if-match": '"x"' } });
      expect([gone.status, gone.headers.get("etag")]).toEqual([412, '""']);
    });

    it.each([
      [undefined, 400],
      ["*", 400],
      ['W/"x"', 400],
      ["x", 400],
      ['"a", "b"', 400],
      ['"%"', 400],
      ['"another"', 412],
    ])("is not written with If-Match %s", async (ifMatch, status) => {
      const { ask } = await open();
      const put = { method: "PUT", headers: { "if-match": ifMatch }, body: "1" };
      expect((await ask(path("4"), put)).status).toBe(status);
    });

    const octets = (type: string) => ({
      "content-type": "application/octet-stream",
      "statefun-type": type,
    });

    it.each<[string, string, Record<string, string>, string, number]>([
      ["of another kind", "items", {}, '"five"', 422],
      ["that its schema refuses", "last", {}, '{"item":"pen","count":0}', 422],
      ["that is no JSON", "items", {}, "{", 400],
      ["of a form that it cannot have", "items", { "content-type": "text/plain" }, "5", 415],
      ["of another type", "items", octets("io.statefun.types/string"), "x", 400],
      ["that its type cannot read", "items", octets("io.statefun.types/int"), "x", 422],
      ["for a state that there is not", "itmes", {}, "5", 400],
    ])("is no value %s", async (_, name, headers, body, status) => {
      const started = await open();
      const all = { "if-match": '""', ...headers };
      const response = await started.ask(path("5", name), { method: "PUT", headers: all, body });
      expect(await said(response)).toMatchObject({ status });
      expect(await stateOf(started, "5")).toEqual({});
    });

    it("is written as bytes, and as JSON of a schema", async () => {
      const started = await open();
      const headers = { "if-match": '""' };
      const order = '{"item":"pen","count":2}';
      const json = await started.ask(path("6", "last"), { method: "PUT", headers, body: order });
      expect(json.status).toBe(200);
      const bytes = await started.ask(path("6"), {
        method: "PUT",
        headers: { ...headers, ...octets("io.statefun.types/int") },
        body: new Uint8Array(int.encode(9)),
      });
      expect(bytes.status).toBe(200);
      expect(await stateOf(started, "6")).toMatchObject({
        last: { value: JSON.parse(order) },
        items: { value: 9 },
      });
    });

    it("is no larger than states may be", async () => {
      const started = await start({ store: store(), limits: { maxStateBytes: 100 } });
      const body = JSON.stringify({ item: "x".repeat(200), count: 1 });
      const headers = { "if-match": '""' };
      const response = await started.ask(path("7", "last"), { method: "PUT", headers, body });
      expect(await said(response)).toMatchObject({
        status: 413,
        error: { code: "limit_exceeded" },
      });
    });
  });

  describe("an instance", () => {
    it("is paused and resumed, and what came meanwhile runs in order", async () => {
      const { runtime, ask, read } = await open();
      const path = (verb: string) => `/admin/instance/${verb}?${at("worker", "p")}&why=tests`;
      expect(await said(await ask(path("pause"), post))).toMatchObject({ status: 200, count: 1 });
      expect(await said(await ask(path("pause"), post))).toMatchObject({ count: 0 });
      await runtime.send(worker.at("p"), "a");
      await runtime.idle();
      expect(await read("/admin/paused")).toEqual({
        paused: [
          {
            typename: "ops/worker",
            id: "p",
            sinceMs: expect.any(Number),
            who: "walter",
            why: "tests",
          },
        ],
      });
      const stands = await read(`/admin/instance?${at("worker", "p")}`);
      expect(stands).toMatchObject({ mailboxLength: 1, state: {} });
      expect(await said(await ask(path("resume"), post))).toMatchObject({ count: 1 });
      await runtime.idle();
      const goes = await read(`/admin/instance?${at("worker", "p")}`);
      expect(goes).toMatchObject({ mailboxLength: 0, state: { done: { value: 1 } } });
    });

    it("has the head of its mailbox skipped by its number alone", async () => {
      const { runtime, ask, read } = await open();
      trouble.text = "down";
      await runtime.send(retried.at("s"), "first");
      await runtime.send(retried.at("s"), "second");
      const instance = () => read(`/admin/instance?${at("retried", "s")}`);
      await expect.poll(async () => (await instance()).running ?? false).toBe(false);
      const [head] = (await instance()).mailbox;
      const skip = (number: string) =>
        ask(`/admin/instance/skip?${at("retried", "s")}&number=${number}`, post);
      expect(await said(await skip("999999"))).toMatchObject({
        status: 409,
        error: { code: "conflict" },
      });
      trouble.text = undefined;
      expect(await said(await skip(head.number))).toMatchObject({ status: 200, count: 1 });
      await runtime.idle();
      expect((await instance()).mailboxLength).toBe(0);
      const { deadLetters } = await read("/admin/dead-letters?code=discarded_by_operator");
      expect(deadLetters).toMatchObject([{ message: { value: "first" } }]);
    });

    it("is tried again at once", async () => {
      const { runtime, ask, read } = await open();
      trouble.text = "down";
      await runtime.send(retried.at("r"), "x");
      await runtime.idle();
      trouble.text = undefined;
      const path = `/admin/instance/retry?${at("retried", "r")}`;
      expect(await said(await ask(path, post))).toMatchObject({ status: 200, count: 1 });
      await runtime.idle();
      expect(await read(`/admin/instance?${at("retried", "r")}`)).toMatchObject({
        mailboxLength: 0,
      });
      expect(await said(await ask(path, post))).toMatchObject({ count: 0 });
    });

    it("is deleted, with its timers where that is said", async () => {
      const { runtime, ask, read } = await open();
      await runtime.call(cart.at("d"), { item: "pen", count: 3 });
      await runtime.send(later.at("d"), "token");
      await runtime.idle();
      const path = (fn: string) => `/admin/instance?${at(fn, "d")}`;
      expect(await said(await ask(path("cart"), remove))).toMatchObject({ count: 2 });
      expect(await read(path("cart"))).toMatchObject({ state: {} });
      expect((await read(path("later"))).timers).toHaveLength(1);
      const all = await ask(`${path("later")}&timers=true`, remove);
      expect(await said(all)).toMatchObject({ status: 200, count: 1 });
      expect((await read(path("later"))).timers).toEqual([]);
      const wrong = await ask(`${path("later")}&timers=yes`, remove);
      expect(wrong.status).toBe(400);
    });
  });

  it("a function is paused and resumed as a whole", async () => {
    const { runtime, ask, read } = await open();
    const path = (verb: string) => `/admin/functions/ops/worker/${verb}`;
    expect(await said(await ask(path("pause"), post))).toMatchObject({ status: 200, count: 1 });
    await runtime.send(worker.at("1"), "a");
    await runtime.idle();
    const { functions } = await read("/admin/functions");
    const shown = Object.fromEntries(functions.map((one: Answered) => [one.typename, one.paused]));
    expect(shown).toMatchObject({ "ops/worker": true, "ops/cart": false });
    const { paused } = await read("/admin/paused");
    expect(paused).toMatchObject([{ typename: "ops/worker", who: "walter" }]);
    expect(paused[0]).not.toHaveProperty("id");
    expect(await said(await ask(path("resume"), post))).toMatchObject({ count: 1 });
    await runtime.idle();
    const { state } = await runtime.instance(worker.at("1"));
    expect(state).toEqual({ done: 1 });
  });

  it("a timer is fired now, or taken back, and neither twice", async () => {
    const { runtime, ask, read } = await open();
    await runtime.send(later.at("1"), "one");
    await runtime.send(later.at("2"), "two");
    await runtime.idle();
    const numberOf = async (id: string) => {
      const { timers } = await read(`/admin/instance?${at("later", id)}`);
      return timers[0].number as string;
    };
    const [first, second] = [await numberOf("1"), await numberOf("2")];
    const fire = await ask(`/admin/timers/${first}/fire`, post);
    expect(await said(fire)).toMatchObject({ status: 200, count: 1 });
    await runtime.idle();
    expect((await runtime.instance(worker.at("1"))).state).toEqual({ done: 1 });
    const cancel = await ask(`/admin/timers/${second}`, remove);
    expect(await said(cancel)).toMatchObject({ status: 200, count: 1 });
    for (const number of [first, second]) {
      const again = await ask(`/admin/timers/${number}`, remove);
      expect(await said(again)).toMatchObject({ status: 409, error: { code: "conflict" } });
    }
  });
});

describe("the body of an action", () => {
  const wrong: readonly (readonly [body: string, status: number, text: string])[] = [
    ['{"limt":1}', 400, "did you mean limit?"],
    ['{"limit":"1"}', 400, "limit"],
    ['{"limit":0}', 400, "limit"],
    ['{"limit":1001}', 400, "limit"],
    ['{"upTo":5}', 400, "upTo"],
    ['{"upTo":"x"}', 400, "upTo"],
    ['{"after":-1}', 400, "after"],
    ['{"dryRun":"no"}', 400, "dryRun"],
    ['{"since":"yesterday"}', 400, "since"],
    ['{"code":7}', 400, "code"],
    [`{"why":"${"x".repeat(1_001)}"}`, 400, "why"],
    ['{"why":5}', 400, "why"],
    ['{"why":"\\ud800"}', 400, "why must be a text"],
    ['{"reason":"\\ud800"}', 400, "reason must be well-formed Unicode"],
    ['{"function":["ops/cart"]}', 400, "function must be a text, got an array of 1"],
    ["[]", 400, "must be a JSON object, got an array of 0"],
    ["null", 400, "JSON object"],
    ["{", 400, "JSON"],
    [`{"text":"${"x".repeat(70_000)}"}`, 413, "65,536"],
  ];
  const cases = wrong.map(([body, ...rest]) => [body.slice(0, 40), body, ...rest] as const);

  it.each(cases)("%s is refused", async (_, body, status, text) => {
    const { ask } = await start();
    const answer = await said(await ask("/admin/dead-letters/discard", { ...post, body }));
    expect(answer.status).toBe(status);
    expect(answer.error.message).toContain(text);
  });

  it("is JSON by its Content-Type", async () => {
    const { ask } = await start();
    const headers = { "content-type": "text/plain" };
    const response = await ask("/admin/dead-letters/discard", { ...post, headers, body: "{}" });
    expect(response.status).toBe(415);
  });

  it("says why in one place: of two reasons one would not be written down", async () => {
    const { ask } = await start();
    const path = "/admin/dead-letters/discard?why=here";
    const answer = await said(await ask(path, { ...post, body: '{"why":"there"}' }));
    expect(answer).toMatchObject({ status: 400, error: { code: "invalid_argument" } });
    expect(answer.error.message).toContain("must stand in the query or in the body");
  });

  it("is not needed", async () => {
    const { ask } = await start();
    const path = "/admin/dead-letters/discard";
    for (const body of [undefined, "", "{}"]) {
      const response = await ask(path, body === undefined ? post : { ...post, body });
      expect(await said(response)).toEqual({ status: 200, duplicate: false, count: 0 });
    }
  });
});

it("actions of functions that are the engine's, or have a wrong name, are refused", async () => {
  const { ask, runtime } = await start();
  for (const name of ["statefun/admin", "ops", "ops/a/b", "", "/"]) {
    const wrong = new URLSearchParams({ function: name, id: "1" });
    for (const [path, method] of [
      [`/admin/instance/pause?${wrong}`, "POST"],
      [`/admin/instance/skip?${wrong}&number=1`, "POST"],
      [`/admin/instance?${wrong}`, "DELETE"],
      ["/admin/functions/statefun/admin/pause", "POST"],
    ] as const) {
      expect(await said(await ask(path, { method }))).toMatchObject({
        status: 400,
        error: { code: "invalid_argument" },
      });
    }
  }
  await expect(runtime.instance(address("ops/cart", "x"))).resolves.toBeDefined();
});
