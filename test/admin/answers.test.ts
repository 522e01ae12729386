import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { address, customType, type Module, StatefulFunctions, string } from "statefun";
import { memoryStore, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { StateFunError } from "../../src/internal/errors.ts";
import type { AdminHost, Figures } from "../../src/surface/admin/admin-host.ts";
import { namesIn } from "../../src/surface/admin/admin-route.ts";
import { adminRoutes } from "../../src/surface/admin/admin-routes.ts";
import { createSurface } from "../../src/surface/create-surface.ts";
import { resolveSurfaceOptions } from "../../src/surface/options.ts";
import type { SurfaceHost } from "../../src/surface/surface-host.ts";
import { createGate } from "../engine/support/gate.ts";
import { far } from "../remote/support/hosted.ts";
import {
  type Answered,
  type Asked,
  cart,
  closing,
  later,
  retried,
  type Started,
  start,
  trouble,
  worker,
} from "./app.ts";
import { bareAdmin } from "./bare-admin.ts";

/** A type that can write what it cannot read. */
const Unreadable = customType<string>({
  typename: "troubles/Unreadable",
  encode: (text) => new TextEncoder().encode(text),
  decode: () => {
    throw new RangeError("unreadable");
  },
});

/** Answers that were seen, by row. */
const seen = new Map<string, Set<string>>();
let document: Answered;

/** All that a document says, and no property beside it. */
function closed(schema: Answered): Answered {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  const isOpen = "additionalProperties" in inner || inner["properties"] === undefined;
  return isOpen || inner["type"] !== "object" ? inner : { ...inner, additionalProperties: false };
}

const compiled = new Map<string, (body: unknown) => string>();

/** What is wrong with a body, by a schema of the document; "" for nothing. */
function wrongIn(body: unknown, schema: object): string {
  const text = JSON.stringify(closed(schema)).replaceAll('"#/', '"document#/');
  let check = compiled.get(text);
  if (check === undefined) {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema({ $id: "document", components: closed(document.components) });
    const validate = ajv.compile(JSON.parse(text));
    check = (one) => (validate(one) ? "" : ajv.errorsText(validate.errors));
    compiled.set(text, check);
  }
  return check(body);
}

/** Notes an answer as seen, and compares it with what the document says of it. */
async function judged(
  method: string,
  path: string,
  response: Response,
  basePath = "",
): Promise<Answered> {
  const parts = path.slice(basePath.length).split("?")[0]?.split("/").map(decodeURIComponent) ?? [];
  const row = adminRoutes.find(
    (one) => one.method === method && namesIn(one.path, parts) !== undefined,
  );
  expect(row, `${method} ${path}`).toBeDefined();
  const name = `${row?.method} ${row?.path}`;
  const status = String(response.status);
  seen.set(name, (seen.get(name) ?? new Set()).add(status));
  const said = document.paths[row?.path ?? ""][method.toLowerCase()].responses;
  expect([name, Object.keys(said)]).toEqual([name, expect.arrayContaining([status])]);
  const { content, headers = {} } = said[status];
  const media = response.headers.get("content-type");
  const known = Object.keys(content ?? {});
  if (known.length === 0) expect(media).toBeNull();
  else expect(known).toContain(media?.includes("version=") ? media : media?.split(";")[0]);
  for (const header of Object.keys(headers))
    expect(response.headers.has(header), header).toBe(true);
  if (media !== "application/json") return response;
  const body = await response.json();
  const errors = wrongIn(body, content[media].schema);
  expect(errors, `${name} ${status} ${JSON.stringify(body).slice(0, 500)}`).toBe("");
  return body;
}

type Ask = (method: string, path: string, asked?: Asked) => Promise<Answered>;

function asker(started: Started): Ask {
  return async (method, path, asked = {}) =>
    judged(method, path, await started.ask(path, { ...asked, method }));
}

const at = (fn: string, id: string) => `function=ops/${fn}&id=${encodeURIComponent(id)}`;
const missing = "999999999";

/** Something in every list. */
async function filled(store: Store): Promise<Started> {
  const started = await start({ store });
  const { runtime } = started;
  document = await started.read("/admin/openapi.json");
  await runtime.call(cart.at("1"), { item: "pen", count: 3 });
  await runtime.call(cart.at("long"), { item: "x".repeat(10_000), count: 3 });
  trouble.text = "down";
  await runtime.send(retried.at("1"), "first");
  await runtime.send(retried.at("1"), "second");
  await runtime.send(later.at("1"), "token");
  for (const id of ["1", "2", "3"]) await runtime.send(worker.at(id), "never");
  await runtime.idle();
  return started;
}

/** Everything of one application is brought to another one, by both of which what is wrong is refused. */
async function moved(ask: Ask, store: Store): Promise<void> {
  const whole = await (await ask("GET", "/admin/export")).text();
  const body = { headers: { "content-type": "application/x-ndjson" }, body: whole };
  await ask("POST", "/admin/import", body);
  await ask("POST", "/admin/import", { ...body, body: whole.slice(0, 1_000) });
  const other = asker(await start({ store }));
  expect(await other("POST", "/admin/import?dryRun=true", body)).toMatchObject({ timers: 1 });
  expect(await other("POST", "/admin/import", body)).toMatchObject({ isDuplicate: false });
  expect(await other("POST", "/admin/import", body)).toMatchObject({ isDuplicate: true });
  expect(await other("POST", "/admin/import/abandon")).toMatchObject({ count: 0 });
  expect(await other("POST", "/admin/import/abandon", { body: "{}" })).toHaveProperty("error");
  const used = { headers: { "idempotency-key": "used" } };
  await other("POST", "/admin/functions/ops/cart/pause", used);
  const { error } = await other("POST", "/admin/import/abandon", used);
  expect(error.code).toBe("idempotency_conflict");
}

const rows = adminRoutes.map((row) => {
  const path = row.path.replace("{namespace}/{name}", "ops/cart").replaceAll(/\{\w+\}/g, "1");
  const values: Readonly<Record<string, string>> = { function: "ops/cart", of: "dead-letter" };
  const needed = (row.query ?? []).filter(({ isNeeded }) => isNeeded === true);
  const query = new URLSearchParams(needed.map(({ name }) => [name, values[name] ?? "1"]));
  return { method: row.method, does: row.does, path: `${path}?${query}` };
});

describe.each<[string, () => Store]>([
  ["memory", () => memoryStore()],
  ["SQLite", () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-")), "store.db"))],
])("with %s, what is documented is what is answered", (_, store) => {
  it("by every row to those who may not, and to what is wrong", async () => {
    const started = await filled(store());
    const ask = asker(started);
    for (const { method, path } of rows) {
      await ask(method, path, { as: "" });
      await ask(method, path, { headers: { "sec-fetch-site": "cross-site" } });
      await ask(method, `${path}&surely=not`);
    }
  });

  it("by every row that reads", async () => {
    const started = await filled(store());
    const ask = asker(started);
    const read = async (path: string): Promise<Answered> => {
      const body = await ask("GET", path);
      if (body instanceof Response) await body.body?.cancel();
      return body;
    };
    for (const path of [
      ...["me", "overview", "functions?limit=2", "egresses", "errors", "windows"],
      ...["graph", "rates", "rates?function=ops/cart", "rates?function=ops/nobody"],
    ]) {
      await read(`/admin/${path}`);
    }
    await read("/metrics");
    await read("/admin/openapi.json");
    await read("/admin/live");
    await read("/admin/endpoints");
    await read("/admin/ingresses");
    await read("/admin/recording");
    await read(`/admin/messages/${missing}`);
    const { records } = await read("/admin/records?egress=ops/records&limit=1");
    expect(records).toMatchObject([{ from: { id: "1" }, message: { value: { item: "pen" } } }]);
    const { records: large } = await read(
      `/admin/records?egress=ops/records&after=${records[0].cursor}`,
    );
    expect(large).toMatchObject([{ message: { size: expect.any(Number) } }]);
    await read("/admin/records?egress=ops/none");
    const { instances } = await read("/admin/instances/ops/cart?limit=1");
    expect(instances).toHaveLength(1);
    const waiting = await read("/admin/instances/ops/retried?is=troubled&prefix=1");
    expect(waiting.instances).toMatchObject([
      { id: "1", waiting: 2, trouble: { kind: "retrying" } },
    ]);
    const { troubles } = await read("/admin/troubles");
    expect(troubles).toMatchObject([{ typename: "ops/retried", id: "1" }]);
    const one = await read(`/admin/instance?${at("retried", "1")}`);
    expect(one).toMatchObject({ mailboxLength: 2, trouble: { kind: "retrying", code: "failed" } });
    await read("/admin/instances/ops/cart/long");
    await read(`/admin/instance?${at("later", "1")}`);
    const { timers } = await read("/admin/timers?function=ops/worker");
    const all = await read("/admin/timers");
    expect([timers.length + all.timers.length]).toEqual([expect.any(Number)]);
    expect(all.timers).toMatchObject([{ cancellationToken: "token", from: { id: "1" } }]);
    await read("/admin/activity?order=newest");
    expect((await read("/admin/dead-letters?order=newest&limit=1")).deadLetters).toHaveLength(1);
    const { deadLetters } = await read("/admin/dead-letters?function=ops/worker");
    expect(deadLetters).toHaveLength(3);
    const { groups } = await read("/admin/dead-letters/groups");
    expect(groups).toMatchObject([{ typename: "ops/worker", code: "non_retryable", count: 3 }]);
    const { errors } = await read("/admin/errors");
    expect(errors.length).toBeGreaterThan(0);
    const value = `/admin/value?of=state&${at("cart", "1")}&name=items`;
    const { headers } = (await read(value)) as Response;
    await ask("GET", value, { headers: { "if-none-match": String(headers.get("etag")) } });
    await read(`/admin/value?of=dead-letter&id=${missing}`);
    for (const path of [
      `instance?${at("nobody", "1")}`,
      "instances/ops/nobody",
      "instances/ops/nobody/1",
    ]) {
      await read(`/admin/${path}`);
    }
  });

  it("of instances with each kind of trouble", async () => {
    const functions = new StatefulFunctions("troubles");
    const gate = createGate();
    const hanging = functions.bind("troubles/hanging", { accepts: string }, () => gate.pass());
    const forward = functions.bind("troubles/forward", { accepts: string }, (context) =>
      context.send(address("troubles/nobody", "1"), string.of("x")),
    );
    const held = functions.bind(
      "troubles/held",
      { accepts: string, state: { text: Unreadable } },
      (context, text) => {
        if (text === "read") void context.state.text;
        else context.state.text = text;
      },
    );
    // Nothing listens there.
    const remote = far("far/fn", "http://127.0.0.1:65000/", { timeoutMs: 1_000 });
    const started = await start({ store: store() }, [functions, remote as Module]);
    document = await started.read("/admin/openapi.json");
    const { runtime } = started;
    closing(async () => gate.open());
    const ask = asker(started);
    trouble.text = "down";
    await runtime.send(retried.at("1"), "x");
    await ask("POST", `/admin/instance/pause?${at("cart", "1")}`);
    await runtime.send(cart.at("1"), { item: "pen", count: 1 });
    await runtime.send(forward.at("1"), "x");
    await runtime.send(held.at("1"), "bad");
    await runtime.send(held.at("1"), "read");
    await runtime.send(address("far/fn", "1"), string.of("x"));
    const ids = Array.from({ length: 1_001 }, (_, n) => String(n));
    await Promise.all(ids.map((id) => runtime.send(hanging.at(id), "x")));
    const kinds = async () => {
      const { troubles } = await ask("GET", "/admin/troubles");
      return troubles.map(({ kind }: { kind: string }) => kind).sort();
    };
    const all = ["busy", "endpoint", "paused", "retrying", "state", "unbound"];
    await expect.poll(kinds).toEqual(all);
    for (const { typename, id, kind } of (await ask("GET", "/admin/troubles")).troubles) {
      if (kind === "unbound") continue;
      const one = await ask("GET", `/admin/instance?function=${typename}&id=${id}`);
      expect(one.trouble).toMatchObject({ kind });
      const listed = await ask("GET", `/admin/instances/${typename}?is=troubled`);
      expect(listed.instances).toMatchObject([{ id, trouble: { kind } }]);
    }
    gate.open();
  });

  it("by every row that changes something", async () => {
    const started = await filled(store());
    const ask = asker(started);
    const letters = async () => (await started.read("/admin/dead-letters")).deadLetters;
    const used = { headers: { "idempotency-key": "used" } };
    await ask("POST", `/admin/instance/retry?${at("cart", "1")}`, used);
    const twice = async (method: string, path: string, asked: Asked = {}): Promise<Answered> => {
      const body = await ask(method, path, asked);
      const headers = { ...asked.headers, ...used.headers };
      const again = await started.ask(path, { ...asked, method, headers });
      await judged(method, path, again);
      return body;
    };
    const [first, second] = await letters();
    await twice("POST", `/admin/dead-letters/${first.id}/replay`);
    await twice("DELETE", `/admin/dead-letters/${second.id}`);
    await ask("POST", `/admin/dead-letters/${missing}/replay`);
    await ask("DELETE", `/admin/dead-letters/${missing}`);
    const body = '{"limit":1,"dryRun":true}';
    expect(await twice("POST", "/admin/dead-letters/replay", { body })).toHaveProperty("next");
    await twice("POST", "/admin/dead-letters/discard", { body });
    const [head] = (await started.read(`/admin/instance?${at("retried", "1")}`)).mailbox;
    await ask("POST", `/admin/instance/skip?${at("retried", "1")}&number=${missing}`);
    await ask("POST", `/admin/instance/skip?${at("retried", "1")}&number=${head.number}`);
    for (const verb of ["skip", "retry", "pause", "resume"]) {
      const number = verb === "skip" ? "&number=1" : "";
      await ask("POST", `/admin/instance/${verb}?${at("nobody", "1")}${number}`);
      if (verb === "skip") continue;
      await ask("POST", `/admin/instance/${verb}?${at("cart", "1")}`);
      await ask("POST", `/admin/instance/${verb}?${at("cart", "2")}`, used);
    }
    for (const verb of ["pause", "resume"]) {
      await twice("POST", `/admin/functions/ops/cart/${verb}`);
      await ask("POST", `/admin/functions/ops/nobody/${verb}`);
      if (verb === "pause") {
        await ask("POST", `/admin/instance/pause?${at("cart", "1")}&why=tests`);
        const { paused } = await ask("GET", "/admin/paused");
        // Nobody, whom no module has, is paused as well.
        expect(paused).toHaveLength(3);
      }
    }
    await moved(ask, store());
    const { activity } = await ask("GET", "/admin/activity");
    expect(activity.length).toBeGreaterThan(3);
    const state = (name: string) => `/admin/state?${at("cart", "9")}&name=${name}`;
    const none = { "if-match": '""' };
    const put = (headers: Asked["headers"], text: string, name = "last") =>
      ask("PUT", state(name), { headers: { ...none, ...headers }, body: text });
    await put({}, '{"item":"pen","count":1}');
    await put({}, '{"item":"pen","count":1}');
    await put({}, '{"item":"pen","count":0}');
    await put({ "content-type": "text/plain" }, "x");
    await put({ "idempotency-key": "used" }, "5", "items");
    await put({}, JSON.stringify({ item: "x".repeat(17_000_000), count: 1 }));
    await ask("PUT", `/admin/state?${at("nobody", "9")}&name=x`, { headers: none, body: "1" });
    await ask("DELETE", state("last"), { headers: none });
    await ask("DELETE", state("nothing"), { headers: none });
    await ask("DELETE", state("nothing"), { headers: { ...none, ...used.headers } });
    await ask("DELETE", `/admin/state?${at("nobody", "9")}&name=x`, { headers: none });
    const sent = (headers: NonNullable<Asked["headers"]>, text: string, query = at("cart", "8")) =>
      ask("POST", `/admin/send?${query}`, { headers, body: text });
    const order = '{"item":"pen","count":1}';
    await sent({}, order);
    await sent({}, order, `${at("cart", "8")}&call=true`);
    await sent({}, order, `${at("retried", "1")}&call=true&timeoutMs=1`);
    await sent(
      { "content-type": "text/plain" },
      "x",
      `${at("retried", "1")}&call=true&timeoutMs=1`,
    );
    await sent(used.headers, order);
    await sent({}, order, at("nobody", "1"));
    await sent({}, JSON.stringify({ item: "x".repeat(17_000_000), count: 1 }));
    await sent({ "content-type": "text/plain" }, "x");
    await sent({}, '{"item":"pen","count":0}');
    const [timer] = (await started.read("/admin/timers")).timers;
    await twice("POST", "/admin/recording?minutes=1");
    await ask("POST", `/admin/timers/${timer.number}/fire`);
    await ask("POST", `/admin/timers/${timer.number}/fire`);
    await ask("DELETE", `/admin/timers/${timer.number}`);
    trouble.text = undefined;
    await started.runtime.send(later.at("2"), "other");
    await started.runtime.idle();
    const [other] = (await started.read("/admin/timers")).timers;
    await ask("DELETE", `/admin/timers/${other.number}`);
    const { messages } = await ask("GET", "/admin/messages?limit=1");
    await ask("GET", `/admin/messages/${messages[0].number}`);
    await twice("DELETE", "/admin/recording");
    await twice("DELETE", `/admin/instance?${at("cart", "1")}`);
    await ask("DELETE", `/admin/instance?${at("nobody", "1")}`);
  });

  it("by every row where too many ask at one time", async () => {
    const waiting: (() => void)[] = [];
    let isSlow = true;
    const authenticate = (): Promise<boolean> | boolean =>
      isSlow ? new Promise((resolve) => waiting.push(() => resolve(true))) : true;
    const { runtime } = await start({ store: store(), http: { admin: { authenticate } } });
    const ask = (method: string, path: string) =>
      runtime.fetch(new Request(`http://x${path}`, { method }));
    const all = Array.from({ length: 1_000 }, () => ask("GET", "/admin/me"));
    await expect.poll(() => waiting.length).toBe(1_000);
    isSlow = false;
    for (const { method, path } of rows) await judged(method, path, await ask(method, path));
    for (const go of waiting) go();
    await Promise.all(all);
  });

  it("by a mailbox that is full", async () => {
    const { runtime, ask } = await start({ store: store(), limits: { maxMailbox: 1 } });
    trouble.text = "down";
    await runtime.send(retried.at("1"), "x");
    const path = `/admin/send?${at("retried", "1")}`;
    const body = { method: "POST", body: "x", headers: { "content-type": "text/plain" } };
    const answer = await judged("POST", path, await ask(path, body));
    expect(answer.error.code).toBe("mailbox_full");
  });
});

describe("an engine that has little", () => {
  const why = "this engine knows one instance at a time";
  const part = `/admin/import/part?from=2&sha256=${"0".repeat(64)}`;
  const surfaceOf = (admin: (host: SurfaceHost) => AdminHost, figures: object = {}) => {
    const host = {
      engine: "durable-object",
      functionOf: (typename: string) => (typename === "ops/cart" ? { typename } : undefined),
      functions: () => [{ typename: "ops/cart" }],
      keptEgresses: () => [],
      health: async () => ({ status: "ok", figures }),
      deadLetters: async () => [],
      admin: async (): Promise<AdminHost> => admin(host),
    } as unknown as SurfaceHost;
    const options = resolveSurfaceOptions({ admin: { authenticate: "none" } });
    const settings = { maxMessageBytes: 1_000, maxStateBytes: 1_000, onError: () => {} };
    const surface = createSurface(host, options, settings);
    return async (method: string, path: string, body?: string): Promise<Answered> => {
      const headers = { "statefun-admin": "1", "idempotency-key": "1" };
      const init = { method, ...(method === "GET" ? {} : { headers }), ...(body && { body }) };
      return judged(method, path, await surface(new Request(`http://x${path}`, init)));
    };
  };

  it("says so, instead of an empty list", async () => {
    const ask = surfaceOf((host) => bareAdmin(host, why));
    expect(await ask("GET", "/admin/me")).toMatchObject({
      unsupported: { instances: why, figures: why },
    });
    const overview = await ask("GET", "/admin/overview");
    for (const name of ["totals", "paused", "troubles"]) {
      expect(overview).not.toHaveProperty(name);
    }
    for (const path of [
      ...[
        "/admin/instances/ops/cart",
        "/admin/timers",
        "/admin/troubles",
        "/admin/errors",
        "/admin/paused",
      ],
      ...["/admin/endpoints", "/admin/windows", "/metrics", "/admin/live?topics=functions"],
      ...["/admin/graph", "/admin/rates", "/admin/export"],
      ...[
        "/admin/recording",
        "/admin/messages",
        "/admin/messages/1",
        "/admin/live?topics=messages",
      ],
    ]) {
      const { error } = await ask("GET", path);
      expect(error).toEqual({ code: "unsupported", message: why });
    }
    const list = '{"function":"ops/cart","id":"1"}';
    expect((await ask("POST", "/admin/export", list)).error.code).toBe("unsupported");
    expect((await ask("POST", "/admin/import", "{}")).error.code).toBe("unsupported");
    expect((await ask("POST", part, "{}")).error.code).toBe("unsupported");
    expect((await ask("POST", "/admin/import/abandon")).error.code).toBe("unsupported");
    for (const method of ["POST", "DELETE"]) {
      const { error } = await ask(method, "/admin/recording");
      expect(error).toEqual({ code: "unsupported", message: why });
    }
    for (const verb of ["pause", "resume"]) {
      const { error } = await ask("POST", `/admin/functions/ops/cart/${verb}`);
      expect(error).toEqual({ code: "unsupported", message: why });
    }
  });

  it("moves in parts what stands in many objects, unless they may run", async () => {
    let isPaused = false;
    const mayRun = (): void => {
      if (!isPaused) throw new StateFunError("conflict", "deploy it with the option paused");
    };
    const ask = surfaceOf((host) => ({
      ...bareAdmin(host, why),
      export: async () => {
        mayRun();
        return new Blob(["{}\n"]).stream();
      },
      importPart: async () => {
        mayRun();
        return 1;
      },
    }));
    const list = '{"function":"ops/cart","id":"1"}\n';
    for (isPaused of [false, true]) {
      for (const method of ["GET", "POST"]) {
        const answer = await ask(method, "/admin/export", method === "POST" ? list : undefined);
        if (isPaused) expect(await answer.text()).toBe("{}\n");
        else expect(answer.error.code).toBe("conflict");
      }
      const brought = await ask("POST", part, "{}\n");
      expect(brought).toEqual(isPaused ? { records: 1 } : { error: expect.anything() });
    }
  });

  it("takes the number of a line in digits alone", async () => {
    const asked: number[] = [];
    const ask = surfaceOf((host) => ({
      ...bareAdmin(host, why),
      importPart: async ({ from }) => asked.push(from),
    }));
    const partFrom = (from: string) => part.replace("from=2", `from=${encodeURIComponent(from)}`);
    for (const from of ["1e3", "0x10", " 5", "5.0", "+5", "1", "", "9007199254740993"]) {
      expect(await ask("POST", partFrom(from), "{}\n"), from).toMatchObject({
        error: { code: "invalid_argument" },
      });
    }
    await ask("POST", partFrom("17"), "{}\n");
    expect(asked).toEqual([17]);
  });

  it("shows endpoints and ingresses as the document says", async () => {
    const endpoints = [
      { name: "ops/remote", isUp: false, since: 5, reason: "ECONNREFUSED" },
      { name: "ops/*", isUp: true, since: undefined, reason: undefined },
    ];
    const sources = [
      {
        ...{ source: "orders/0", position: "17", lag: 3, rate: 0.5, records: 17, invalid: 1 },
        isPaused: false,
      },
    ];
    const ingress = { typename: "ops/in", status: "running", troubles: [], sources };
    const ask = surfaceOf(
      (host) => ({
        ...bareAdmin(host, why),
        lacks: {},
        figures: async () => ({ endpoints }) as unknown as Figures,
      }),
      { ingresses: [ingress, { ...ingress, status: "waiting", reason: "no broker" }] },
    );
    expect(await ask("GET", "/admin/endpoints")).toEqual({
      endpoints: [
        { name: "ops/remote", up: false, sinceMs: 5, reason: "ECONNREFUSED" },
        { name: "ops/*", up: true },
      ],
    });
    const { ingresses } = await ask("GET", "/admin/ingresses");
    expect(ingresses).toMatchObject([{ sources: [{ lag: 3 }] }, { reason: "no broker" }]);
  });
});

/** What Durable Objects alone answer: test/durable-object/moving asks for it. */
const ofObjects =
  /^(?:GET \/admin\/export 409|POST \/admin\/export \d+|POST \/admin\/import\/part \d+)$/;

it("every documented answer was seen here", () => {
  const missing = adminRoutes.flatMap(({ method, path }) => {
    const { responses } = document.paths[path][method.toLowerCase()];
    const found = seen.get(`${method} ${path}`);
    return Object.keys(responses)
      .filter((status) => status !== "default" && found?.has(status) !== true)
      .map((status) => `${method} ${path} ${status}`)
      .filter((answer) => !ofObjects.test(answer));
  });
  expect(missing).toEqual([]);
});
