import { int, requestReplyHandler, string } from "statefun";
import { migratable } from "statefun/migration";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it, vi } from "vitest";
import { counterName, counters, noteName, statelessName } from "./functions.ts";
import {
  exportMessage,
  type Handler,
  importMessage,
  LittleCluster,
  message,
  requestOf,
} from "./little-cluster.ts";

const text = (value: string) => message("io.statefun.types/string", string.encode(value));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const count = (value: number) => ({ type: int.typename, bytes: base64(int.encode(value)) });
const last = (value: string) => ({ type: string.typename, bytes: base64(string.encode(value)) });
const line = (id: string, states: object, typename = counterName) => ({
  kind: "instance",
  function: typename,
  id,
  states,
});
const move = (options: object = {}): Handler =>
  migratable(counters(), { egress: "move/records", topic: "moved", onError: () => {}, ...options });

for (const wire of ["v3", "v2"] as const) {
  const cluster = (handler: Handler = move()) =>
    new LittleCluster(handler, wire, ["count", "last", "notes"]);
  const answers = (one: LittleCluster) => one.records.map((record) => JSON.parse(record));

  describe(`functions of this library behind the wrapper on ${wire}`, () => {
    it("export all states of an instance, and change none of them", async () => {
      const one = cluster();
      await one.send(counterName, "a", text("x"), text("yé"));
      one.restart();
      await one.send(counterName, "a", exportMessage("run 1"));
      const instance = line("a", { count: count(2), last: last("yé") });
      expect(answers(one)).toEqual([{ kind: "exported", request: "run 1", instance }]);
      await one.send(counterName, "a", text("z"), exportMessage());
      expect(answers(one)[1]).toEqual({
        kind: "exported",
        instance: line("a", { count: count(3), last: last("z") }),
      });
    });

    it("answer for an instance without states, too", async () => {
      const one = cluster();
      await one.send(counterName, "", exportMessage());
      expect(answers(one)).toEqual([{ kind: "exported", instance: line("", {}) }]);
    });

    it("take states and go on with them", async () => {
      const one = cluster();
      const instance = line("a", { count: count(41), last: last("old") });
      await one.send(counterName, "a", importMessage({ request: "r", instance }));
      await one.send(counterName, "a", text("new"), exportMessage());
      const names = ["count", "last"];
      const about = { request: "r", function: counterName, id: "a", states: names, written: names };
      expect(answers(one)).toEqual([
        { kind: "imported", ...about },
        { kind: "exported", instance: line("a", { count: count(42), last: last("new") }) },
      ]);
    });

    it("take a line of an export as it is", async () => {
      const one = cluster();
      await one.send(counterName, "a", importMessage(line("a", { count: count(7) })));
      await one.send(counterName, "a", exportMessage());
      expect(answers(one)[1]?.instance).toEqual(line("a", { count: count(7) }));
    });

    it("take the same import twice, and refuse another value unless it may replace", async () => {
      const one = cluster();
      const seven = importMessage(line("a", { count: count(7) }));
      await one.send(counterName, "a", seven, seven);
      expect(answers(one)[1]).toMatchObject({ kind: "imported", written: [] });
      const nine = line("a", { count: count(9), last: last("x") });
      await one.send(counterName, "a", importMessage({ instance: nine }), exportMessage());
      expect(answers(one)[2]).toMatchObject({ kind: "refused", of: "import", code: "conflict" });
      expect(answers(one)[3]?.instance.states).toEqual({ count: count(7) });
      await one.send(
        counterName,
        "a",
        importMessage({ instance: nine, replace: true }),
        exportMessage(),
      );
      expect(answers(one)[4]).toMatchObject({ kind: "imported", written: ["count", "last"] });
      expect(answers(one)[5]?.instance).toEqual(nine);
    });

    it("do not bring back what has expired", async () => {
      const one = cluster();
      const states = {
        count: { ...count(1), expiresAt: 1 },
        last: { ...last("x"), expiresAt: Date.now() + 60_000 },
      };
      await one.send(counterName, "a", importMessage(line("a", states)), exportMessage());
      expect(answers(one)[0]).toMatchObject({ states: ["count", "last"], written: ["last"] });
      expect(answers(one)[1]?.instance.states).toEqual({ last: last("x") });
    });

    it("see and leave the state between ordinary messages as if all came one by one", async () => {
      const one = cluster();
      await one.send(
        counterName,
        "a",
        text("1"),
        exportMessage("first"),
        text("2"),
        text("forget"),
        exportMessage("second"),
        importMessage({ instance: line("a", { count: count(10) }), replace: true }),
        text("11"),
        exportMessage("third"),
      );
      const exported = answers(one).filter(({ kind }) => kind === "exported");
      expect(exported.map(({ instance }) => instance.states)).toEqual([
        { count: count(1), last: last("1") },
        { count: count(2) },
        { count: count(11), last: last("11") },
      ]);
      const sent = one.messages.map(({ argument }) =>
        string.decode(argument.bytes ?? new Uint8Array()),
      );
      expect(sent).toEqual(["1:1", "2:2", "11:11"]);
    });

    it("leave everything undone when the function fails in the middle", async () => {
      const one = cluster();
      await expect(
        one.send(counterName, "a", exportMessage(), text("1"), exportMessage(), text("fail")),
      ).rejects.toThrow("answered 500");
      expect(one.records).toEqual([]);
      expect(one.state(counterName, "a").get("count")).toBeUndefined();
    });

    it("refuse what a function sends: only an ingress can ask", async () => {
      const one = cluster();
      const { argument } = exportMessage("r");
      const caller = { typename: "move/other", id: "1" };
      await one.send(counterName, "a", { caller, argument });
      expect(answers(one)).toEqual([
        {
          kind: "refused",
          of: "export",
          function: counterName,
          id: "a",
          code: "invalid_argument",
          reason: "came from move/other: only an ingress can send it",
        },
      ]);
    });

    it("come in pieces when they are too long for a record, which can be put together", async () => {
      const one = cluster(move({ maxRecordBytes: 4_096 }));
      const long = '"\\é'.repeat(5_000);
      await one.send(counterName, "ü".repeat(100), text(long), exportMessage("r"));
      expect(one.records.length).toBeGreaterThan(10);
      for (const record of one.records) {
        expect(Buffer.byteLength(record)).toBeLessThanOrEqual(4_096);
        expect(JSON.parse(record)).toMatchObject({ kind: "exported-part", request: "r" });
      }
      const pieces = answers(one).map((record) => record.text);
      const states = { count: count(1), last: last(long) };
      expect(JSON.parse(pieces.join(""))).toEqual({
        kind: "exported",
        request: "r",
        instance: line("ü".repeat(100), states),
      });
    });

    it("refuse an export that the response has no room for, and answer the rest", async () => {
      const one = cluster(move({ maxBodyBytes: 100_000, maxRecordBytes: 50_000 }));
      await one.send(counterName, "a", text("x".repeat(40_000)));
      await one.send(counterName, "a", exportMessage("1"), exportMessage("2"));
      const kinds = answers(one).map(({ kind, request }) => `${kind} ${request}`);
      expect(kinds.at(-1)).toBe("refused 2");
      expect(kinds.slice(0, -1).every((kind) => kind === "exported-part 1")).toBe(true);
    });

    it("refuse an export rather than an ordinary message when both are too much", async () => {
      const one = cluster(move({ maxBodyBytes: 100_000 }));
      await one.send(counterName, "a", text("x".repeat(40_000)), exportMessage("1"));
      expect(answers(one)).toMatchObject([{ kind: "refused", code: "limit_exceeded" }]);
      await one.send(counterName, "a", exportMessage("2"));
      expect(answers(one)[1]?.instance.states.count).toEqual(count(1));
    });

    const wrong: readonly [why: string, argument: unknown, code: string][] = [
      ["no JSON", "{", "invalid_argument"],
      ["no object", [1], "invalid_argument"],
      ["null", null, "invalid_argument"],
      ["another kind", { kind: "message" }, "invalid_argument"],
      ["another instance", line("b", { count: count(1) }), "invalid_argument"],
      ["another function", line("a", { count: count(1) }, noteName), "invalid_argument"],
      ["a state that is not there", line("a", { other: count(1) }), "undeclared_state"],
      [
        "a name of JavaScript's",
        JSON.parse(
          '{"kind":"instance","function":"move/counter","id":"a","states":{"__proto__":{"type":"a/b","bytes":""}}}',
        ),
        "undeclared_state",
      ],
      ["no bytes", line("a", { count: { type: int.typename } }), "invalid_argument"],
      ["no base64", line("a", { count: { type: int.typename, bytes: "A" } }), "invalid_argument"],
      ["no states", line("a", {}), "invalid_argument"],
      [
        "replace as a text",
        { instance: line("a", { count: count(1) }), replace: "yes" },
        "invalid_argument",
      ],
      [
        "a request without letters",
        { instance: line("a", { count: count(1) }), request: "" },
        "invalid_argument",
      ],
    ];
    it.for(wrong)("refuse an import with %s and go on", async ([, argument, code]) => {
      const one = cluster();
      const given =
        argument === "{" ? message("statefun.migration/import", "{") : importMessage(argument);
      await one.send(counterName, "a", text("1"), given, text("2"), exportMessage());
      expect(answers(one)[0]).toMatchObject({ kind: "refused", of: "import", id: "a", code });
      expect(answers(one)[1]?.instance.states.count).toEqual(count(2));
    });

    it("refuse names of requests that are no text, or too long", async () => {
      const one = cluster();
      const bad = message("statefun.migration/export", Uint8Array.of(0xff, 0xfe));
      await one.send(counterName, "a", bad, exportMessage("x".repeat(256)));
      expect(answers(one)).toMatchObject([
        { code: "invalid_argument" },
        { code: "invalid_argument" },
      ]);
    });

    it("emit plain values where the egress is none of Kafka", async () => {
      const one = cluster(move({ topic: undefined }));
      await one.send(counterName, "a", text("1"), exportMessage());
      expect(answers(one)[0]?.kind).toBe("exported");
    });
  });
}

describe("on wire v3", () => {
  it("a state of another type is refused, which would fail the job", async () => {
    const one = new LittleCluster(move());
    await one.send(counterName, "a", importMessage(line("a", { count: last("1") })));
    expect(JSON.parse(one.records[0] ?? "")).toMatchObject({
      kind: "refused",
      code: "value_invalid",
    });
  });

  it("the function's expirations are asked for with its states", async () => {
    const target = { typename: counterName, id: "a" };
    const request = codecV3.encodeRequest({
      target,
      state: new Map(),
      invocations: [exportMessage()],
    });
    const response = await move()(requestOf(request));
    const outcome = codecV3.decodeResponse(new Uint8Array(await response.arrayBuffer()));
    expect(outcome).toEqual({
      kind: "incomplete",
      missing: [
        { name: "count", typename: int.typename, expiration: { mode: "none", afterMs: 0 } },
        {
          name: "last",
          typename: string.typename,
          expiration: { mode: "after-write", afterMs: 60_000 },
        },
      ],
    });
  });

  it("a function that is not bound is refused", async () => {
    const one = new LittleCluster(move());
    await one.send("move/nobody", "a", exportMessage());
    expect(JSON.parse(one.records[0] ?? "")).toMatchObject({
      kind: "refused",
      code: "unknown_function",
    });
  });

  it("an instance of a function without states answers", async () => {
    const one = new LittleCluster(move());
    await one.send(statelessName, "a", exportMessage());
    expect(JSON.parse(one.records[0] ?? "")).toMatchObject({
      kind: "exported",
      instance: { states: {} },
    });
  });
});

describe("what is not asked of the wrapper", () => {
  it("goes on byte for byte and comes back so, with its status and headers", async () => {
    const seen: { body: Uint8Array; headers: Headers; method: string; url: string }[] = [];
    const handler = migratable(
      async (request) => {
        const body = new Uint8Array(await request.arrayBuffer());
        seen.push({ body, headers: request.headers, method: request.method, url: request.url });
        return new Response(Uint8Array.of(1, 2, 3), { status: 418, headers: { "x-tea": "yes" } });
      },
      { egress: "move/records" },
    );
    const bodies = [
      Uint8Array.of(),
      Uint8Array.of(255, 255, 255),
      new TextEncoder().encode("about statefun.migration/export, and no batch"),
      codecV3.encodeRequest({
        target: { typename: counterName, id: "statefun.migration/import" },
        state: new Map(),
        invocations: [text("statefun.migration/export")],
      }),
    ];
    for (const body of bodies) {
      const request = requestOf(body as Uint8Array<ArrayBuffer>, "/deep/path?and=more");
      request.headers.set("x-secret", "1");
      const response = await handler(request);
      expect(response.status).toBe(418);
      expect(response.headers.get("x-tea")).toBe("yes");
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
      const { body: got, headers, url } = seen.at(-1) ?? expect.fail("nothing came");
      expect(got).toEqual(body);
      expect(headers.get("x-secret")).toBe("1");
      expect(url).toBe("http://functions.test/deep/path?and=more");
    }
    await handler(new Request("http://functions.test/", { method: "GET" }));
    expect(seen.at(-1)?.method).toBe("GET");
  });

  it("is answered as by the handler alone", async () => {
    const alone = requestReplyHandler(counters(), { onError: () => {} });
    const target = { typename: counterName, id: "a" };
    const batch = codecV3.encodeRequest({ target, state: new Map(), invocations: [text("1")] });
    const requests = [
      () => requestOf(batch),
      () => requestOf(Uint8Array.of(1)),
      () => new Request("http://functions.test/", { method: "GET" }),
      () => new Request("http://functions.test/", { method: "POST", body: "text" }),
    ];
    for (const request of requests) {
      const [one, other] = [await alone(request()), await move()(request())];
      expect(other.status).toBe(one.status);
      expect(await other.bytes()).toEqual(await one.bytes());
    }
  });

  it("needs the credentials of the handler, as the reserved messages do", async () => {
    const authenticate = vi.fn((request: Request) => request.headers.get("x-key") === "good");
    const handler = move({ authenticate });
    const target = { typename: counterName, id: "a" };
    for (const one of [text("1"), exportMessage()]) {
      const body = codecV3.encodeRequest({ target, state: new Map(), invocations: [one] });
      expect((await handler(requestOf(body))).status).toBe(401);
      const request = requestOf(body);
      request.headers.set("x-key", "good");
      expect((await handler(request)).status).toBe(200);
    }
    expect(authenticate).toHaveBeenCalledTimes(4);
  });

  it("is refused over the limit of bytes", async () => {
    const response = await move({ maxBodyBytes: 10 })(requestOf(new Uint8Array(11)));
    expect(response.status).toBe(413);
  });
});

describe("the options", () => {
  const egress = "move/records";
  const wrong: readonly [options: unknown, text: string][] = [
    [undefined, "the options must be an object"],
    [{}, "egress must be"],
    [{ egress: "statefun/records" }, "reserved"],
    [{ egress, topic: "" }, "topic must not be empty"],
    [{ egress, maxRecordBytes: 10 }, "maxRecordBytes must be an integer from 4096"],
    [{ egress, fetch: 1 }, "fetch must be a function"],
    [{ egress, states: 1 }, "states must be an object"],
    [{ egress, states: { a: {} } }, "a function in states must be"],
    [{ egress, states: { "a/b": 1 } }, "the states of a/b must be an object"],
    [{ egress, states: { "a/b": { c: 1 } } }, "the settings of state"],
    [{ egress, states: { "a/b": { c: "d" } } }, "the type of state"],
    [{ egress, states: { "a/b": { c: { type: "d/e", expireAfterCallMs: 0 } } } }, "integer from 1"],
    [
      {
        egress,
        states: { "a/b": { c: { type: "d/e", expireAfterCallMs: 1, expireAfterWriteMs: 1 } } },
      },
      "not both",
    ],
    [{ egress, maxBodyByte: 1 }, "maxBodyByte"],
  ];
  it.for(wrong)("are refused when they are %j", ([options, expected]) => {
    expect(() => migratable(counters(), options as never)).toThrow(expected);
  });

  it("need an endpoint that is one", () => {
    for (const endpoint of ["functions", "ftp://a", 1, null, {}]) {
      expect(() => migratable(endpoint as never, { egress: "move/records" })).toThrow();
    }
  });
});
