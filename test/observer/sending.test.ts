import { functionRef, type Observer, StatefulFunctions, string } from "statefun";
import { createClient } from "statefun/client";
import { createRuntime, type Runtime } from "statefun/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const one = functionRef("demo/one", string, { replies: string });
const seen: unknown[] = [];
const arrived: (readonly (readonly [string, string])[])[] = [];
let added: Record<string, string> | undefined;
let runtime: Runtime;

const observer: Observer = {
  sending: (event) => {
    seen.push(event);
    return {
      headers: () => added,
      ended: ({ error, durationMs }) => {
        seen.push([Object(error).code ?? error, durationMs >= 0]);
      },
    };
  },
};

beforeEach(async () => {
  seen.length = 0;
  arrived.length = 0;
  added = { traceparent: "new", a: "1" };
  const functions = new StatefulFunctions("demo");
  functions.implement(one, {}, (context, text) => {
    arrived.push([...context.headers].map(([name]) => [name, context.headers.get(name) ?? ""]));
    if (text === "answer") context.reply("yes");
  });
  runtime = await createRuntime({
    modules: functions,
    observer,
    http: { expose: "all", authenticate: "none" },
    onError: () => {},
    limits: { maxMessageBytes: 2_000 },
  });
});
afterEach(() => runtime.close());

/** Each client that has the hook; the engine of the second one is told by itself. */
const clients = {
  "in the process of the engine": () => runtime,
  "over HTTP": () =>
    createClient({ url: "http://app", fetch: (request) => runtime.fetch(request), observer }),
};

describe.each(Object.entries(clients))("a client %s", (_, client) => {
  const sending = (kind: string, delayMs = 0) => ({
    address: { typename: "demo/one", id: "1" },
    messageTypename: string.typename,
    kind,
    delayMs,
  });

  it("tells what it sends and calls, and the end of it", async () => {
    await client().send(one.at("1"), "go", { delayMs: 1 });
    expect(await client().call(one.at("1"), "answer")).toBe("yes");
    expect(seen).toEqual([
      sending("send", 1),
      [undefined, true],
      sending("call"),
      [undefined, true],
    ]);
  });

  it("adds the headers, leaves those that are given, and keeps a trace whole", async () => {
    await client().send(one.at("1"), "go");
    added = { traceparent: "new", tracestate: "new", a: "1" };
    await client().send(one.at("1"), "go", { headers: { traceparent: "old", b: "2" } });
    await runtime.idle();
    const sorted = arrived.map((headers) => headers.toSorted());
    expect(sorted).toEqual([
      [
        ["a", "1"],
        ["traceparent", "new"],
      ],
      [
        ["a", "1"],
        ["b", "2"],
        ["traceparent", "old"],
      ],
    ]);
  });

  it("tells a refusal, and what it refuses itself it never was about to send", async () => {
    await expect(client().send(one.at("1"), "go", { delayMs: -1 })).rejects.toThrow("delayMs");
    await expect(client().send(one.at("1"), 1 as never)).rejects.toThrow();
    expect(seen).toEqual([]);
    await runtime.close();
    await expect(client().send(one.at("1"), "go")).rejects.toThrow();
    expect(seen).toEqual([sending("send"), [expect.any(String), true]]);
  });

  it("leaves out headers that cannot travel", async () => {
    added = { "": "no name", newline: "a\nb" };
    await client().send(one.at("1"), "go");
    await runtime.idle();
    expect(arrived).toHaveLength(1);
  });

  it("is the same message with the same idempotency key, whatever its trace", async () => {
    const options = { idempotencyKey: "k" };
    const [first, second] = [
      await client().send(one.at("1"), "go", options),
      await client().send(one.at("1"), "go", options),
    ];
    expect(second).toEqual({ id: first.id, duplicate: true });
  });
});

it("a message that would become too large goes without the headers", async () => {
  added = { big: "x".repeat(1_950) };
  await runtime.send(one.at("1"), "go");
  await runtime.idle();
  expect(arrived).toEqual([[]]);
});

it("the end of a message is reported once, where waiting ends before the receipt is there", async () => {
  const reason = new Error("enough");
  const abort = new AbortController();
  const sent = runtime.send(one.at("1"), "go", { signal: abort.signal });
  abort.abort(reason);
  await expect(sent).rejects.toBe(reason);
  await runtime.idle();
  expect(arrived).toHaveLength(1);
  expect(seen.slice(1)).toEqual([[reason, true]]);
});
