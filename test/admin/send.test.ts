import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, StatefulFunctions, shape, string } from "statefun";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { type Answered, start } from "./app.ts";

const Ask = json("send/Ask", shape<{ readonly text: string }>());
const functions = new StatefulFunctions("send");

/** Not exposed: remembers what came, and by which headers. */
const notes = functions.bind(
  "send/notes",
  { accepts: [Ask, string], replies: string, state: { all: string } },
  (context, message) => {
    const { value } = message;
    const text = typeof value === "string" ? value : value.text;
    if (text === "bad") throw new Error("cannot note it");
    const by = context.headers.get("by");
    context.state.all = `${context.state.all ?? ""}${text}${by === undefined ? "" : `(${by})`} `;
    if (context.caller !== undefined && text !== "silent") context.reply(`noted ${text}`);
  },
);
const retry = { retry: { maxAttempts: 1 } };
const fragile = functions.bind("send/fragile", { accepts: string, ...retry }, () => {
  throw new Error("broken");
});

const stores = {
  memory: () => memoryStore(),
  SQLite: () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-send-")), "store.db")),
};

describe.each(Object.entries(stores))("with %s, a message of an operator", (_, store) => {
  const open = async () => {
    const started = await start({ store: store() }, [functions]);
    const post = async (query: object, body: string, headers: Record<string, string> = {}) => {
      const path = `/admin/send?${new URLSearchParams({ function: "send/notes", id: "1", ...query })}`;
      const response = await started.ask(path, { method: "POST", body, headers });
      const text = await response.text();
      const type = response.headers.get("content-type");
      const said: Answered = type === "application/json" ? JSON.parse(text) : text;
      return { status: response.status, headers: response.headers, said };
    };
    const noted = async () => (await started.runtime.instance(notes.at("1"))).state.all;
    const activity = async () =>
      (await started.read("/admin/activity")).activity.map(({ record }: Answered) => record);
    return { ...started, post, noted, activity };
  };
  const plain = { "content-type": "text/plain" };

  it("goes to a function that is not exposed, once for each key", async () => {
    const { post, noted, runtime } = await open();
    const headers = { ...plain, "idempotency-key": "k", "statefun-header-by": "ann" };
    const first = await post({}, "one", headers);
    expect([first.status, first.said]).toEqual([202, { id: expect.any(String), duplicate: false }]);
    const again = await post({}, "one", headers);
    expect(again.said).toEqual({ id: first.said.id, duplicate: true });
    const other = await post({}, "two", headers);
    expect([other.status, other.said.error.code]).toEqual([409, "idempotency_conflict"]);
    await runtime.idle();
    expect(await noted()).toBe("one(ann) ");
  });

  it("is read as at an ingress: JSON, text, or bytes of a type", async () => {
    const { post, noted, runtime } = await open();
    await post({}, '{"text":"as json"}');
    await post({}, "as text", plain);
    const octets = { "content-type": "application/octet-stream", "statefun-type": Ask.typename };
    await post({}, '{"text":"as bytes"}', octets);
    const named = await post({}, "1", { "statefun-type": "send/Other" });
    expect([named.status, named.said.error.message]).toEqual([
      400,
      expect.stringContaining("send/Ask"),
    ]);
    expect((await post({}, "x", { "content-type": "image/png" })).status).toBe(415);
    expect((await post({}, "{", {})).status).toBe(400);
    await runtime.idle();
    expect(await noted()).toBe("as json as text as bytes ");
  });

  it("is a call that answers with the reply, and gets it again with its key", async () => {
    const { post, noted } = await open();
    const headers = { ...plain, "idempotency-key": "k" };
    for (let time = 0; time < 3; time++) {
      const answer = await post({ call: "true" }, "hello", headers);
      expect([answer.status, answer.said]).toEqual([200, "noted hello"]);
      expect(answer.headers.get("statefun-type")).toBe(string.typename);
    }
    expect(await noted()).toBe("hello ");
    // The same key for a send is another action.
    expect((await post({}, "hello", headers)).status).toBe(409);
    const dead = await post({ function: fragile.typename, call: "true" }, "x", plain);
    expect([dead.status, dead.said.error]).toMatchObject([
      422,
      { code: "dead_letter", cause: { message: "broken" } },
    ]);
    const late = await post({ call: "true", timeoutMs: "20" }, "silent", plain);
    expect([late.status, late.said.error.code]).toEqual([504, "call_timeout"]);
  });

  it("waits for its time, and is listed and counted as a timer until then", async () => {
    const { post, read, noted } = await open();
    const { status } = await post({ delayMs: "3600000" }, "later", plain);
    expect(status).toBe(202);
    const { timers } = await read("/admin/timers?function=send/notes");
    expect(timers).toMatchObject([{ to: { id: "1" }, message: { value: "later" } }]);
    expect(await noted()).toBeUndefined();
  });

  it("is written down: who, to whom, of which type and size, and not what", async () => {
    const { post, activity } = await open();
    const headers = { ...plain, "idempotency-key": "k" };
    await post({ why: "a test" }, "secret words", headers);
    await post({ why: "a test" }, "secret words", headers);
    await post({ call: "true" }, "more secrets", plain);
    const all = await activity();
    expect(all).toMatchObject([
      {
        who: "walter",
        why: "a test",
        action: "send",
        address: { typename: "send/notes", id: "1" },
        messageTypename: string.typename,
        size: expect.any(Number),
        digest: expect.stringContaining(string.typename),
        isCall: false,
        result: { count: 1, id: expect.any(String) },
      },
      { action: "send", isCall: true },
    ]);
    expect(JSON.stringify(all)).not.toContain("secret");
  });

  it("is refused where it would mean something else than it says", async () => {
    const { post, ask, activity } = await open();
    const codes: unknown[] = [];
    for (const query of [
      { call: "yes" },
      { call: "true", delayMs: "1" },
      { timeoutMs: "1" },
      { call: "true", timeoutMs: "0" },
      { delayMs: "-1" },
      { delayMs: "8640000000000000" },
      { function: "send/nobody" },
      { function: "statefun/admin" },
    ]) {
      codes.push((await post(query, "x", plain)).status);
    }
    codes.push((await post({}, "x", { ...plain, prefer: "wait=1" })).status);
    codes.push((await post({}, "x", { ...plain, "statefun-delay-ms": "1" })).status);
    expect(codes).toEqual([400, 400, 400, 400, 400, 400, 404, 404, 400, 400]);
    const path = "/admin/send?function=send/notes&id=1";
    const asReader = await ask(path, { method: "POST", body: "x", as: "reader", headers: plain });
    expect(asReader.status).toBe(403);
    const large = await post({}, "x".repeat(17_000_000), plain);
    expect([large.status, large.said.error.code]).toEqual([413, "limit_exceeded"]);
    expect(await activity()).toEqual([]);
  });

  it("waits for a paused instance, and is refused by a full mailbox", async () => {
    const started = await start({ store: store(), limits: { maxMailbox: 2 } }, [functions]);
    const { ask } = started;
    const to = "function=send/notes&id=1";
    await ask(`/admin/instance/pause?${to}`, { method: "POST" });
    const statuses: number[] = [];
    for (const body of ["a", "b", "c"]) {
      const answer = await ask(`/admin/send?${to}`, { method: "POST", body, headers: plain });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([202, 202, 429]);
    await ask(`/admin/instance/resume?${to}`, { method: "POST" });
    await started.runtime.idle();
    expect((await started.runtime.instance(notes.at("1"))).state.all).toBe("a b ");
  });
});
