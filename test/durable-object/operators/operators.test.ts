import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf } from "../support/client.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { operatorOf } from "./operator.ts";

let objects: Objects;
const { asked, control, send } = clientOf(() => objects);
const operator = operatorOf(() => objects);

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), { DIRECTORY: "on" });
});

afterAll(() => objects.close());

interface Shown {
  readonly state: Record<string, { value: unknown; etag: string }>;
  readonly mailbox: readonly { number: string }[];
  readonly mailboxLength: number;
  readonly paused?: boolean;
  readonly trouble?: { kind: string; code: string; reason: string };
  readonly timers: readonly { number: string }[];
}
const shown = (id: string, fn = "shop/customer") =>
  asked<Shown>(`/admin/instance?${new URLSearchParams({ function: fn, id })}`);
const of = (id: string, fn = "shop/customer") => ({ function: fn, id });

interface Letters {
  readonly deadLetters: readonly { id: string; target?: unknown }[];
}

describe("what operators see", () => {
  it("lists instances by the directory, by prefix and page", async () => {
    for (const id of ["list-a", "list-b", "list-c", "other"])
      await send(`shop/customer/${id}`, "x");
    const path = "/admin/instances/shop/customer?prefix=list-";
    const first = await asked<{ instances: { id: string }[]; next: string }>(`${path}&limit=2`);
    expect(first.instances).toEqual([{ id: "list-a" }, { id: "list-b" }]);
    const rest = await asked<{ instances: object[]; next?: string }>(
      `${path}&limit=2&after=${first.next}`,
    );
    expect(rest).toEqual({ instances: [{ id: "list-c" }] });
    for (const after of ["", "list-a", "garbage"]) {
      const wrong = await operator("GET", `${path}&after=${after}`);
      expect([after, wrong.status, wrong.code]).toEqual([after, 400, "invalid_argument"]);
    }
    const filtered = await operator("GET", `${path}&is=troubled`);
    expect([filtered.status, filtered.code]).toEqual([501, "unsupported"]);
  });

  it("shows why an instance stands still", async () => {
    await send("shop/stuck/head", "bad");
    const { trouble, mailboxLength } = await shown("head", "shop/stuck");
    expect(mailboxLength).toBe(1);
    expect(trouble).toMatchObject({ kind: "retrying", reason: "not now" });
  });

  it("shows the timers of one instance, and refuses those of all", async () => {
    await send("shop/customer/timed", "later:rings");
    const { timers } = await asked<{ timers: object[] }>(
      `/admin/timers?${new URLSearchParams(of("timed"))}`,
    );
    expect(timers).toHaveLength(1);
    const all = await operator("GET", "/admin/timers");
    expect([all.status, all.code]).toEqual([501, "unsupported"]);
    expect(all.message).toContain("name it by function and id");
  });

  it("says of what it lacks why", async () => {
    const counted = [
      "/admin/graph",
      "/admin/rates",
      "/admin/recording",
      "/admin/messages",
      "/admin/live?topics=graph",
    ];
    const others = ["/metrics", "/admin/errors", "/admin/troubles", "/admin/paused"];
    for (const path of [...counted, ...others]) {
      const { status, code } = await operator("GET", path);
      expect([path, status, code]).toEqual([path, 501, "unsupported"]);
    }
    const { unsupported } = await asked<{ unsupported: Record<string, string> }>("/admin/overview");
    expect(Object.keys(unsupported).sort()).toEqual(
      [
        "errors",
        "figures",
        "graph",
        "pauseFunction",
        "paused",
        "rates",
        "recording",
        "troubles",
      ].sort(),
    );
  });

  it("groups and filters dead letters, of whatever object", async () => {
    for (const id of ["dead-1", "dead-2", "dead-3"]) await send(`shop/customer/${id}`, "bad");
    const groups = async (query = "") =>
      (await asked<{ groups: { count: number }[] }>(`/admin/dead-letters/groups${query}`)).groups;
    await expect.poll(async () => (await groups())[0]?.count).toBe(3);
    expect((await groups("?reason=do%20bad&since=1"))[0]?.count).toBe(3);
    expect(await groups("?until=1")).toEqual([]);
    const found = async (text: string) =>
      (await asked<Letters>(`/admin/dead-letters?reason=${text}`)).deadLetters.length;
    expect([await found("cannot%20do%20bad"), await found("nothing")]).toEqual([3, 0]);
  });
});

describe("what operators do", () => {
  it("writes, clears and deletes states, once for a key, and reports it to the directory", async () => {
    await send("shop/customer/edited", "x");
    const name = async () => (await shown("edited")).state["name"];
    const etag = (await name())?.etag ?? "";
    const query = { ...of("edited"), name: "name" };
    const edit = (key: string, match: string) =>
      operator("PUT", "/admin/state", query, { body: '"edited"', key, match });
    expect((await edit("edit-1", '"wrong"')).status).toBe(412);
    expect(await edit("edit-2", etag)).toMatchObject({ status: 200, duplicate: false });
    expect(await edit("edit-2", etag)).toMatchObject({ status: 200, duplicate: true });
    expect((await name())?.value).toBe("edited");
    expect(await operator("DELETE", "/admin/instance", of("edited"))).toMatchObject({ count: 1 });
    const { instances } = await asked<{ instances: object[] }>(
      "/admin/instances/shop/customer?prefix=edited",
    );
    expect(instances).toEqual([]);
  });

  it("sends to an instance that is not there yet, once for a key, and calls it", async () => {
    const at = of("new-echo", "shop/echo");
    const post = (key: string, body: string, more: Record<string, string> = {}) =>
      operator("POST", "/admin/send", { ...at, ...more }, { body, key });
    const first = await post("send-1", '"one"');
    expect(first).toMatchObject({ status: 202, id: expect.any(String), duplicate: false });
    const again = await post("send-1", '"one"');
    expect(again).toEqual({ ...first, duplicate: true });
    expect((await post("send-1", '"two"')).status).toBe(409);
    for (let time = 0; time < 2; time++) {
      const reply = await post("send-2", '"three"', { call: "true" });
      expect(reply).toMatchObject({ status: 200, value: "one three " });
    }
    expect((await post("send-3", '"later"', { delayMs: "60000" })).status).toBe(202);
    expect(await shown("new-echo", "shop/echo")).toMatchObject({
      state: { name: { value: "one three " } },
      timers: [{ message: { value: "later" } }],
    });
    const records = async () =>
      (await asked<{ activity: { record: { action: string } }[] }>("/admin/activity?limit=1000"))
        .activity;
    const sent = async () =>
      (await records()).filter(({ record }) => record.action === "send").length;
    await expect.poll(sent).toBe(3);
  });

  it("takes a timer back, and fires one, by instance", async () => {
    await send("shop/customer/rings", "later:rung");
    await send("shop/customer/rings", "later:never");
    const [first, second] = (await shown("rings")).timers.map(({ number }) => number);
    const nameless = await operator("POST", `/admin/timers/${first}/fire`);
    expect([nameless.status, nameless.code]).toEqual([501, "unsupported"]);
    await operator("POST", `/admin/timers/${first}/fire`, of("rings"));
    await operator("DELETE", `/admin/timers/${second}`, of("rings"));
    await expect.poll(async () => (await shown("rings")).state["name"]?.value).toBe("rung");
    expect((await shown("rings")).timers).toEqual([]);
  });

  it("skips a head, and ends a wait", async () => {
    await send("shop/stuck/skipped", "bad");
    await send("shop/stuck/skipped", "good");
    const at = of("skipped", "shop/stuck");
    const [head] = (await shown("skipped", "shop/stuck")).mailbox;
    expect(await operator("POST", "/admin/instance/retry", at)).toMatchObject({ count: 1 });
    await operator("POST", "/admin/instance/skip", { ...at, number: head?.number ?? "" });
    await expect
      .poll(async () => (await shown("skipped", "shop/stuck")).state["name"]?.value)
      .toBe("good");
  });

  it("discards dead letters, one and many, and counts them before", async () => {
    const letters = async () => (await asked<Letters>("/admin/dead-letters")).deadLetters;
    const before = await letters();
    const id = before[0]?.id ?? "";
    expect((await operator("DELETE", `/admin/dead-letters/${id}`)).status).toBe(200);
    const filter = { upTo: before.at(-1)?.id, limit: 1_000 };
    const body = JSON.stringify({ ...filter, dryRun: true });
    const dry = await operator("POST", "/admin/dead-letters/discard", {}, { body });
    expect(dry).toMatchObject({ status: 200, count: before.length - 1 });
    const all = JSON.stringify(filter);
    await operator("POST", "/admin/dead-letters/discard", {}, { body: all });
    expect(await letters()).toEqual([]);
  });

  it("does once for a key what found nothing at first", async () => {
    const at = of("empty");
    const resume = () => operator("POST", "/admin/instance/resume", at, { key: "early resume" });
    expect(await resume()).toMatchObject({ status: 200, duplicate: false, count: 0 });
    await operator("POST", "/admin/instance/pause", at);
    expect(await resume()).toMatchObject({ status: 200, duplicate: true, count: 0 });
    await send("shop/customer/empty", "x");
    expect(await shown("empty")).toMatchObject({ paused: true, mailboxLength: 1, state: {} });
    const remove = () => operator("DELETE", "/admin/instance", of("new"), { key: "early" });
    expect(await remove()).toMatchObject({ status: 200, duplicate: false, count: 0 });
    await send("shop/customer/new", "x");
    expect(await remove()).toMatchObject({ status: 200, duplicate: true, count: 0 });
    expect((await shown("new")).state["name"]?.value).toBe("x");
  });

  it("does it once with dead letters, too, where there were none", async () => {
    const upTo = (await asked<Letters>("/admin/dead-letters")).deadLetters.at(-1)?.id ?? "";
    expect(upTo).toBe("");
    const all = { body: JSON.stringify({ upTo: `${2 ** 40}`, limit: 1_000 }), key: "no letters" };
    const discard = () => operator("POST", "/admin/dead-letters/discard", {}, all);
    expect(await discard()).toMatchObject({ status: 200, duplicate: false, count: 0 });
    await send("shop/customer/dead-4", "bad");
    const letters = async () => (await asked<Letters>("/admin/dead-letters")).deadLetters.length;
    await expect.poll(letters).toBe(1);
    expect(await discard()).toMatchObject({ status: 200, duplicate: true, count: 0 });
    expect(await letters()).toBe(1);
  });

  it("lists kept records by the same ids, whichever come first", async () => {
    for (const text of ["one", "two", "three"]) await send("shop/customer/logs", `log:${text}`);
    type Listed = readonly { readonly id: string; readonly message: { readonly value: string } }[];
    const listed = async (order: string) => {
      const path = `/admin/records?egress=shop/log&order=${order}`;
      const { records } = await asked<{ readonly records: Listed }>(path);
      return records.map(({ id, message }) => [id, message.value]);
    };
    await expect.poll(() => listed("oldest")).toHaveLength(3);
    const oldest = await listed("oldest");
    expect(oldest.map(([, value]) => value)).toEqual(["one", "two", "three"]);
    expect(await listed("newest")).toEqual(oldest.reverse());
  });

  it("lists dead letters and what was done from the newest back, page by page", async () => {
    for (const id of ["new-1", "new-2", "new-3"]) await send(`shop/customer/${id}`, "bad");
    const count = async () => (await asked<Letters>("/admin/dead-letters")).deadLetters.length;
    await expect.poll(count).toBeGreaterThanOrEqual(3);
    for (const kind of ["pause", "resume", "pause", "resume"]) {
      await operator("POST", `/admin/instance/${kind}`, of("newest"));
    }
    type Item = Record<string, string>;
    const backwards = async (path: string, list: string, id: string): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (let after = ""; after !== "&after=0"; ) {
        const page = await asked<Record<string, Item[]> & { next: string }>(
          `${path}?order=newest&limit=2${after}`,
        );
        seen.push(...(page[list] ?? []).map((one) => one[id]));
        after = `&after=${page.next}`;
      }
      return seen;
    };
    const forwards = async (path: string, list: string, id: string): Promise<unknown[]> => {
      const page = await asked<Record<string, Item[]>>(`${path}?limit=1000`);
      return (page[list] ?? []).map((one) => one[id]);
    };
    for (const [path, list, id] of [
      ["/admin/dead-letters", "deadLetters", "id"],
      ["/admin/activity", "activity", "cursor"],
    ] as const) {
      const both = async (): Promise<readonly unknown[][]> => [
        (await backwards(path, list, id)).reverse(),
        await forwards(path, list, id),
      ];
      // Records come over a link, and may come between two pages.
      await expect
        .poll(both)
        .toSatisfy(([back = [], on = []]) => back.length >= 3 && String(back) === String(on));
    }
  });

  it("writes down what was done", async () => {
    interface Done {
      readonly activity: readonly { record: { who: string; action: string } }[];
    }
    const kinds = async () => {
      const { activity } = await asked<Done>("/admin/activity");
      expect(new Set(activity.map(({ record }) => record.who))).toEqual(new Set(["ann"]));
      return activity.map(({ record }) => record.action);
    };
    await expect
      .poll(kinds)
      .toEqual(expect.arrayContaining(["set-state", "delete-instance", "skip", "fire-timer"]));
  });

  it("reaches an instance of a function that is not bound, and none of the engine's", async () => {
    const at = of("1", "shop/gone");
    const nothing = await operator("GET", "/admin/instance", at);
    expect([nothing.status, nothing.code]).toEqual([404, "unknown_function"]);
    expect(await operator("POST", "/admin/instance/pause", at)).toMatchObject({ count: 1 });
    expect(await operator("POST", "/admin/instance/resume", at)).toMatchObject({ count: 1 });
    const skipped = await operator("POST", "/admin/instance/skip", { ...at, number: "1" });
    expect([skipped.status, skipped.code]).toEqual([409, "conflict"]);
    const own = await operator("POST", "/admin/instance/pause", of("", "statefun/dead-letters"));
    expect([own.status, own.code]).toEqual([400, "invalid_argument"]);
  });
});

describe("an instance that is paused", () => {
  it("is seen, though it has nothing else", async () => {
    expect((await shown("bare")).paused).toBeUndefined();
    await operator("POST", "/admin/instance/pause", of("bare"));
    expect(await shown("bare")).toMatchObject({ paused: true, mailboxLength: 0, state: {} });
    await operator("POST", "/admin/instance/resume", of("bare"));
    expect((await shown("bare")).paused).toBeUndefined();
  });

  it("stays so over evictions and deploys, sets no alarm again and again, and goes on in order", async () => {
    const name = "shop/customer/paused";
    await send(name, "1");
    expect((await operator("POST", "/admin/instance/pause", of("paused"))).status).toBe(200);
    await send(name, "2");
    await control("end", { name });
    await send(name, "3");
    // An alarm of the message goes off after six seconds, and finds that nothing can be done.
    const alarms = () => control<{ rang: number; set: number }>("alarms", { name });
    const { rang } = await alarms();
    await expect.poll(async () => (await alarms()).rang).toBeGreaterThan(rang);
    // The next one looks again in an hour.
    expect(await control<number>("alarm-in", { name })).toBeGreaterThan(3_000_000);
    await objects.restart();
    const seen = await shown("paused");
    expect([seen.paused, seen.mailboxLength, seen.state["name"]?.value]).toEqual([true, 2, "1"]);
    await operator("POST", "/admin/instance/resume", of("paused"));
    await expect.poll(async () => (await shown("paused")).state["name"]?.value).toBe("123");
  });

  it("is no function: that is refused", async () => {
    const { status, code } = await operator("POST", "/admin/functions/shop/customer/pause");
    expect([status, code]).toEqual([501, "unsupported"]);
  });
});

describe("an object", () => {
  const ask = (name: string, to: string, kind: string, what: object) =>
    control<{ error?: { code: string; message: string }; value?: unknown }>("operate", {
      ...{ name, to, kind },
      asked: JSON.stringify(what),
    });
  const order = (action: object) =>
    JSON.stringify({ action, key: "a key", who: "ann", why: undefined });

  it("answers of nothing but what is in it", async () => {
    await send("shop/customer/here", "x");
    const name = "shop/customer/here";
    const other = { typename: "shop/customer", id: "there" };
    const answers = await Promise.all([
      ask(name, name, "instance", { address: other }),
      ask(name, name, "timers", { ...other, after: 0, limit: 1, maxBytes: 1 }),
      ask(name, name, "deadGroups", {}),
      ask(name, name, "ids", { typename: "shop/customer", prefix: "", limit: 1 }),
      ask(name, name, "everything", {}),
      ask(name, name, "ids", { typename: "shop/customer", prefix: "", limit: 1e9 }),
      control<{ error?: { code: string } }>("act", {
        ...{ name, to: name },
        order: order({ kind: "retry", address: other }),
      }),
      control<{ error?: { code: string } }>("act", {
        ...{ name, to: name },
        order: order({ kind: "replay", number: 1 }),
      }),
      control<{ error?: { code: string } }>("act", { name, to: name, order: "{}" }),
    ]);
    expect(answers.map(({ error }) => error?.code)).toEqual(
      Array.from(answers, () => "invalid_argument"),
    );
  });

  it("that has nothing answers so, and nothing is made in it", async () => {
    const name = "shop/customer/nobody";
    const address = { typename: "shop/customer", id: "nobody" };
    expect((await ask(name, name, "instance", { address })).value).toBeUndefined();
    const skip = order({ kind: "skip", address, number: 1 });
    const answer = await control<object>("act", { name, to: name, order: skip });
    expect(answer).toMatchObject({ error: { code: "conflict" } });
    expect(await control("alarms", { name })).toEqual({ rang: 0, set: 0 });
  });

  it("that has nothing keeps the key of what it was asked to do, and has an alarm to forget it", async () => {
    const name = "shop/customer/keyed";
    const address = { typename: "shop/customer", id: "keyed" };
    const retry = order({ kind: "retry", address });
    for (const isDuplicate of [false, true]) {
      const answer = await control<object>("act", { name, to: name, order: retry });
      expect(answer).toEqual({ value: { isDuplicate, count: 0 } });
    }
    expect(await control("alarms", { name })).toEqual({ rang: 0, set: 1 });
  });
});

describe("without a directory", () => {
  it("instances are not listed, and one is shown", async () => {
    await objects.stop();
    await objects.start({ DIRECTORY: "off" });
    const { status, message } = await operator("GET", "/admin/instances/shop/customer");
    expect(status).toBe(501);
    expect(message).toContain("directory");
    await send("shop/customer/alone", "x");
    expect((await shown("alone")).state["name"]?.value).toBe("x");
  });

  it("switched on for one function, the others are not listed", async () => {
    await objects.stop();
    await objects.start({ DIRECTORY: "customers" });
    await send("shop/customer/alone", "y");
    const path = "/admin/instances/shop/customer?prefix=alone";
    expect(await asked(path)).toEqual({ instances: [{ id: "alone" }] });
    expect((await operator("GET", "/admin/instances/shop/stuck")).status).toBe(501);
  });
});
