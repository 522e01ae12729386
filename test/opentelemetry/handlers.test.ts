import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  address,
  egress,
  functionRef,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { createRuntime, memoryStore, type Runtime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telemetry } from "./support/telemetry.ts";
import { spanLike, tracesOf, treeOf } from "./support/trees.ts";

const { spans, named } = telemetry();
const traceId = "0af7651916cd43dd8448eb211c80319c";
const parentId = "b7ad6b7169203331";
const traceparent = `00-${traceId}-${parentId}-01`;
const one = functionRef("demo/one", string);

function functionsOf(...made: Parameters<StatefulFunctions["implement"]>[]): StatefulFunctions {
  const functions = new StatefulFunctions("demo");
  for (const [ref, options, handler] of made) functions.implement(ref, options, handler);
  return functions;
}

describe("the active span in a handler", () => {
  const seen: (string | undefined)[] = [];
  let server: Server;
  let url = "";

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(String(request.headers["traceparent"]));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  /** As the instrumentation of a fetch does it. */
  async function tracedFetch(): Promise<void> {
    await trace.getTracer("http").startActiveSpan("GET", async (span) => {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      await fetch(url, { headers });
      span.end();
    });
  }

  it("is that of the message, before and after each await, and a fetch is its child", async () => {
    const ids: (string | undefined)[] = [];
    const note = () => void ids.push(trace.getActiveSpan()?.spanContext().spanId);
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string }, async () => {
      note();
      await tracedFetch();
      note();
      await new Promise((resolve) => setTimeout(resolve, 5));
      note();
      trace.getActiveSpan()?.setAttribute("own", "yes");
    });
    await using runtime = await createRuntime({ modules: functions, observer: openTelemetry() });
    await Promise.all(["1", "2", "3"].map((id) => runtime.send(one.at(id), "go")));
    await runtime.idle();
    const processed = named("process demo/one");
    const mine = processed.map((span) => span.spanContext().spanId);
    expect(new Set(mine).size).toBe(3);
    for (const id of mine) expect(ids.filter((other) => other === id)).toHaveLength(3);
    expect(processed.map(({ attributes }) => attributes["own"])).toEqual(["yes", "yes", "yes"]);
    const fetches = named("GET").map(spanLike);
    expect(new Set(fetches.map((span) => span.parentId))).toEqual(new Set(mine));
    const sent = fetches.map((span) => `00-${span.traceId}-${span.spanId}-01`);
    expect(seen.splice(0).toSorted()).toEqual(sent.toSorted());
  });

  it("is none in a delivery, whoever has woken the engine", async () => {
    const out = egress("demo/out", string);
    const active: unknown[] = [];
    const own: unknown[] = [];
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string }, (context, text) => context.emit(out, text));
    await using runtime = await createRuntime({
      modules: functions,
      observer: openTelemetry(),
      egresses: [
        out.to(async (records) => {
          await tracedFetch();
          active.push(trace.getActiveSpan());
          own.push(...records.map(({ headers }) => headers.get("traceparent")));
        }),
      ],
    });
    const request = (name: string) =>
      trace.getTracer("caller").startActiveSpan(name, async (span) => {
        await runtime.send(one.at(name), name);
        span.end();
      });
    await request("A");
    await Promise.all(["B", "C", "D"].map(request));
    await request("E");
    await runtime.idle();
    expect(new Set(active)).toEqual(new Set([undefined]));
    // Each record carries the trace of its own request.
    const traces = named("send demo/out").map((span) => span.spanContext().traceId);
    expect(own.map((text) => String(text).split("-")[1]).toSorted()).toEqual(traces.toSorted());
    expect(new Set(traces).size).toBe(5);
    for (const span of named("GET").map(spanLike)) expect(span.parentId).toBeUndefined();
    seen.splice(0);
  });

  it("is none of another message, nor of who has sent it", async () => {
    const ids: unknown[] = [];
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string }, () => {
      ids.push(trace.getActiveSpan()?.spanContext().traceId);
    });
    await using runtime = await createRuntime({
      modules: functions,
      observer: openTelemetry({ continueTraces: false }),
    });
    await trace.getTracer("caller").startActiveSpan("outer", async (span) => {
      await runtime.send(one.at("1"), "go");
      await runtime.idle();
      span.end();
    });
    const all = spans().map(spanLike);
    expect(treeOf(all).toSorted()).toEqual(["  send demo/one", "outer", "process demo/one"]);
    const [process] = all.filter(({ name }) => name.startsWith("process"));
    const [send] = all.filter(({ name }) => name.startsWith("send"));
    expect(ids).toEqual([process?.traceId]);
    expect(process?.links).toEqual([send?.spanId]);
    expect(process?.traceId).not.toBe(send?.traceId);
  });
});

describe("attributes of spans", () => {
  it("are those of the messaging conventions, with our own beside them", async () => {
    const two = functionRef("demo/two", string);
    const functions = functionsOf(
      [one, {}, (context) => context.sendAfter(1, two.at("7"), "later")],
      [two, {}, () => {}],
    );
    await using runtime = await createTestRuntime(functions, { observer: openTelemetry() });
    const receipt = await runtime.send(one.at("1"), "go", { delayMs: 2_000 });
    await runtime.advance(3_000);
    const attributes = Object.fromEntries(spans().map((span) => [span.name, span.attributes]));
    const common = { "messaging.system": "statefun" };
    const send = { "messaging.operation.type": "send", ...common };
    const type = "io.statefun.types/string";
    const process = {
      ...common,
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      // Each is another message once its time has come.
      "messaging.message.id": expect.stringMatching(/^.+-\d+$/),
      "statefun.engine": "test",
      "statefun.attempt": 1,
      "statefun.message.type": type,
    };
    expect(attributes).toEqual({
      "send demo/one": {
        ...send,
        "messaging.operation.name": "send",
        "messaging.destination.name": "demo/one",
        "statefun.instance.id": "1",
        "messaging.message.id": receipt.id,
        "statefun.message.type": type,
        "statefun.message.delayed": true,
        "statefun.message.delay": 2,
      },
      "process demo/one": {
        ...process,
        "messaging.destination.name": "demo/one",
        "messaging.message.body.size": 4,
        "statefun.instance.id": "1",
      },
      "send demo/two": {
        ...send,
        "messaging.operation.name": "send",
        "messaging.destination.name": "demo/two",
        "statefun.effect": "delayed",
        "statefun.message.delayed": true,
      },
      "process demo/two": {
        ...process,
        "messaging.destination.name": "demo/two",
        "messaging.message.body.size": 7,
        "statefun.instance.id": "7",
      },
    });
  });

  it("have no id of an instance where that is not wanted", async () => {
    const functions = functionsOf([one, {}, (context) => context.send(two.at("8"), "x")]);
    const two = functions.bind("demo/two", { accepts: string }, () => {});
    const quiet = openTelemetry({ instanceIds: false });
    await using runtime = await createTestRuntime(functions, { observer: quiet });
    await runtime.send(one.at("1"), "go");
    expect(spans().length).toBeGreaterThan(2);
    for (const { attributes } of spans()) {
      expect(Object.keys(attributes)).not.toContain("statefun.instance.id");
    }
  });
});

describe("without ids of instances, what fails", () => {
  it("is named by the code of an error of ours, and by the text of another one", async () => {
    const id = "ann@example.com";
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string, replies: string }, async (context, text) => {
      if (text === "own") throw new RangeError("out of tea");
      if (text === "slow") await new Promise(() => {});
      context.reply(text);
    });
    await using runtime = await createRuntime({
      modules: functions,
      observer: openTelemetry({ instanceIds: false }),
      retry: { maxAttempts: 1 },
      timeoutMs: 200,
      onError: () => {},
    });
    const call = (text: string) => runtime.call(one.at(id), text, { timeoutMs: 5_000 });
    await expect(call("own")).rejects.toThrow("out of tea");
    await expect(call("slow")).rejects.toThrow(id);
    const texts = (all: typeof spans) => all().map(({ status, events }) => [status, events]);
    expect(JSON.stringify(texts(spans))).not.toContain(id);
    const processed = named("process demo/one").map(({ status }) => status.message);
    expect(processed).toEqual(["out of tea", "timed_out"]);
    expect(named("call demo/one").map(({ status }) => status.message)).toEqual(
      Array(2).fill("dead_letter"),
    );
    expect(named("process demo/one")[1]?.events[0]?.attributes).toMatchObject({
      "exception.type": "timed_out",
      "exception.message": "timed_out",
    });
  });
});

describe("what fails", () => {
  it("is a span for each attempt, with the error, in the same trace; so is its replay", async () => {
    let isBroken = true;
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string }, () => {
      if (isBroken) throw new RangeError("out of tea");
    });
    await using runtime = await createTestRuntime(functions, {
      observer: openTelemetry(),
      retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 },
    });
    await runtime.send(one.at("1"), "go", { headers: { traceparent } });
    await runtime.advance(1_000);
    const [letter] = await runtime.deadLetters.list();
    isBroken = false;
    await runtime.deadLetters.replay(letter?.id ?? "");
    const found = named("process demo/one");
    expect(found.map(({ attributes }) => attributes["statefun.attempt"])).toEqual([1, 2, 3, 1]);
    expect(found.map(({ attributes }) => attributes["error.type"])).toEqual([
      "RangeError",
      "RangeError",
      "RangeError",
      undefined,
    ]);
    expect(found[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: "out of tea" });
    expect(found[0]?.events.map(({ name }) => name)).toEqual(["exception"]);
    expect(found[3]?.status.code).toBe(SpanStatusCode.UNSET);
    const failed = found[2]?.spanContext().spanId;
    for (const [index, span] of found.map(spanLike).entries()) {
      const links = index < 3 ? [parentId] : [parentId, failed];
      expect(span).toMatchObject({ traceId, parentId, links });
    }
    expect(found[3]?.links[1]?.attributes).toEqual({ "statefun.outcome": "failed" });
  });

  it("is what a replay is linked to, however often and wherever; what it sends on is not", async () => {
    let isBroken = true;
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", {}, (context, message) => {
      if (isBroken) throw new NonRetryableError("out of tea");
      context.send(address("demo/two", "1"), message);
    });
    functions.bind("demo/two", {}, () => {});
    const store = memoryStore();
    await using old = await createTestRuntime(functions, { observer: openTelemetry() });
    await old.send(one.at("1"), "go");
    const failed = () => named("process demo/one").at(-1)?.spanContext().spanId;
    const before = [failed()];
    const again = async (runtime: typeof old | Runtime) => {
      const [letter] = await runtime.deadLetters.list();
      expect(letter?.message.headers.get("statefun-failed")).toContain(failed());
      await runtime.deadLetters.replay(letter?.id ?? "");
      await runtime.idle();
    };
    await again(old);
    before.push(failed());
    // In another store, of another process.
    await using moved = await createRuntime({
      ...{ modules: functions, store, observer: openTelemetry(), onError: () => {} },
    });
    await moved.import(await old.export());
    isBroken = false;
    await again(moved);
    const links = (name: string) =>
      named(name).map((span) => span.links.filter(({ attributes }) => attributes !== undefined));
    expect(
      links("process demo/one").map((all) => all.map(({ context }) => context.spanId)),
    ).toEqual([[], [before[0]], [before[1]]]);
    expect(links("process demo/two")).toEqual([[]]);
  });

  it("has the code of an error of ours, and a message that cannot be read is reported too", async () => {
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string }, () => {
      throw new NonRetryableError("never");
    });
    await using runtime = await createTestRuntime(functions, { observer: openTelemetry() });
    await runtime.send(one.at("1"), "go");
    expect(named("process demo/one").map(({ attributes }) => attributes["error.type"])).toEqual([
      "NonRetryableError",
    ]);
  });

  it("is an error of the call as well, and a reply is none", async () => {
    const functions = new StatefulFunctions("demo");
    functions.bind("demo/one", { accepts: string, replies: string }, (context, text) => {
      if (text === "bad") throw new NonRetryableError("never");
      context.reply(text);
    });
    await using runtime = await createRuntime({
      modules: functions,
      observer: openTelemetry(),
      onError: () => {},
    });
    expect(await runtime.call(one.at("1"), "good")).toBe("good");
    await expect(runtime.call(one.at("1"), "bad")).rejects.toThrow("never");
    const calls = named("call demo/one");
    expect(calls.map(({ attributes }) => attributes["error.type"])).toEqual([
      undefined,
      "dead_letter",
    ]);
    // Nobody reads the headers of a reply, so no span is made for it.
    const all = spans().map(spanLike);
    expect(treeOf(all)).toEqual([
      "call demo/one",
      "  process demo/one",
      "call demo/one",
      "  process demo/one",
    ]);
    expect(tracesOf(all)).toBe(2);
  });
});

describe("headers that are there", () => {
  it("of a handler stay, and there is no span for a message that has a trace", async () => {
    const seen: unknown[] = [];
    const functions = new StatefulFunctions("demo");
    const last = functions.bind("demo/last", { accepts: string }, ({ headers }) => {
      seen.push(
        [...headers].map(([name]) => name),
        headers.get("traceparent"),
      );
    });
    functions.bind("demo/one", { accepts: string }, (context, text) => {
      context.send(last.at("1"), text, { headers: { traceparent, a: "1" } });
    });
    await using runtime = await createTestRuntime(functions, { observer: openTelemetry() });
    await runtime.send(one.at("1"), "go");
    expect(seen).toEqual([["traceparent", "a"], traceparent]);
    expect(named("send demo/last")).toEqual([]);
    expect(named("process demo/last").map(spanLike)).toMatchObject([{ traceId, parentId }]);
  });

  it("are those of the handler's span where messages have none of their own", async () => {
    const functions = new StatefulFunctions("demo");
    const last = functions.bind("demo/last", { accepts: string }, () => {});
    functions.bind("demo/one", { accepts: string }, (context, text) => {
      context.send(last.at("1"), text);
    });
    const observer = openTelemetry({ sendSpans: false });
    await using runtime = await createTestRuntime(functions, { observer });
    await runtime.send(one.at("1"), "go");
    expect(treeOf(spans().map(spanLike))).toEqual([
      "send demo/one",
      "  process demo/one",
      "    process demo/last",
    ]);
  });

  it("of a message that is sent on stay, except its trace, which goes on from here", async () => {
    const seen: unknown[] = [];
    const functions = new StatefulFunctions("demo");
    const last = functions.bind("demo/last", {}, ({ headers }) => {
      seen.push(["a", "traceparent", "tracestate"].map((name) => headers.getAll(name)));
    });
    functions.bind("demo/one", {}, (context, message) => {
      context.send(last.at("1"), message);
    });
    await using runtime = await createTestRuntime(functions, {
      observer: openTelemetry({ continueTraces: false }),
    });
    const headers = { traceparent, a: "1", tracestate: "x=1" };
    await runtime.send(one.at("1"), string.of("go"), { headers });
    const [sent] = named("send demo/last").map(spanLike);
    expect(seen).toEqual([[["1"], [`00-${sent?.traceId}-${sent?.spanId}-01`], []]]);
  });
});

describe("without an SDK", () => {
  it("the trace of a message still goes on with what it causes, and nothing is made", async () => {
    for (const api of [trace, propagation, context]) api.disable();
    const seen: unknown[] = [];
    const functions = new StatefulFunctions("demo");
    const last = functions.bind("demo/last", { accepts: string }, ({ headers }) => {
      seen.push(headers.get("traceparent"), headers.get("tracestate"));
    });
    functions.bind("demo/one", { accepts: string }, async (context, text) => {
      await Promise.resolve();
      context.sendAfter(10, last.at("1"), text);
    });
    await using runtime = await createTestRuntime(functions, { observer: openTelemetry() });
    await runtime.send(one.at("1"), "go", { headers: { traceparent, tracestate: "a=1,b=2" } });
    await runtime.advance(10);
    await runtime.send(one.at("2"), "go");
    await runtime.advance(10);
    const wrong = [
      "00-0-0-00",
      `ff-${traceId}-${parentId}-01`,
      `00-${"0".repeat(32)}-${parentId}-01`,
    ];
    for (const [index, text] of wrong.entries()) {
      await runtime.send(one.at(`${index}`), "go", { headers: { traceparent: text } });
    }
    await runtime.advance(10);
    const none = [undefined, undefined];
    expect(seen).toEqual([traceparent, "a=1,b=2", ...none, ...none, ...none, ...none]);
  });
});
