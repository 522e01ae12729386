import type { ServerResponse } from "node:http";
import { address, egress, int, StatefulFunctions, string } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { openTelemetry } from "statefun/opentelemetry";
import { type Completed, codecV2 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { handlerServer } from "../remote/support/handler-server.ts";
import { eventually, far, hosted } from "../remote/support/hosted.ts";
import { answer, none, type Seen } from "../remote/support/raw-server.ts";
import { telemetry } from "./support/telemetry.ts";
import { spanLike, tracesOf, treeOf } from "./support/trees.ts";

const { spans, named } = telemetry();
const host = hosted();
const traceparent = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
const target = { typename: "near/last", id: "1" };
const argument = { typename: string.typename, bytes: string.encode("back"), headers: [] };
const effects: Partial<Completed> = {
  messages: [{ target, argument }],
  delayed: [{ kind: "send", delayMs: 1, target, argument, cancellationToken: undefined }],
};

function near(): { readonly functions: StatefulFunctions; readonly seen: (string | undefined)[] } {
  const functions = new StatefulFunctions("near");
  const seen: (string | undefined)[] = [];
  functions.bind("near/last", { accepts: string }, ({ headers }) => {
    seen.push(headers.get("traceparent"));
  });
  return { functions, seen };
}

const headersOf = (seen: Seen) =>
  seen.batch.invocations.map(({ argument: { headers } }) =>
    headers.map(({ key, value }) => `${key}=${new TextDecoder().decode(value)}`),
  );

describe("a request to a remote function", () => {
  it("is one span with a link for each message, in their trace if they are of one", async () => {
    const held: ServerResponse[] = [];
    const server = await host.serve((_, response) => {
      if (held.length === 0) held.push(response);
      else answer(response);
    });
    const runtime = await host.start([far("far/*", server.url)], { observer: openTelemetry() });
    const send = (digit: string | undefined) =>
      runtime.send(address("far/one", "1"), int.of(1), {
        headers: { traceparent: digit === undefined ? "none" : traceparent(digit) },
      });
    await send("1");
    await eventually(
      () => held.length,
      (count) => count === 1,
    );
    await Promise.all([send("2"), send("2")]);
    const [first] = held;
    if (first !== undefined) answer(first);
    await runtime.idle();
    const requests = named("process far/one");
    expect(requests.map(({ attributes }) => attributes["messaging.batch.message_count"])).toEqual([
      undefined,
      2,
    ]);
    expect(requests.map(spanLike)).toMatchObject([
      { traceId: "1".repeat(32), links: ["1".repeat(16)] },
      { traceId: "2".repeat(32), links: ["2".repeat(16), "2".repeat(16)] },
    ]);
    expect(requests.map(({ attributes }) => attributes["statefun.remote"])).toEqual([true, true]);
  });

  it("that fails is what the replay of its dead letter is linked to", async () => {
    let isBroken = true;
    const server = await host.serve((_, response) => {
      if (isBroken) response.writeHead(500).end();
      else answer(response);
    });
    const runtime = await host.start([far("far/*", server.url)], { observer: openTelemetry() });
    await runtime.send(address("far/one", "1"), int.of(1));
    const [letter] = await eventually(
      () => runtime.deadLetters.list(),
      (letters) => letters.length === 1,
    );
    isBroken = false;
    await runtime.deadLetters.replay(letter?.id ?? "");
    await runtime.idle();
    const requests = named("process far/one");
    const failed = requests.at(-2)?.spanContext().spanId;
    expect(requests.map(({ links }) => links.map(({ attributes }) => attributes))).toEqual([
      ...requests.slice(1).map(() => [undefined]),
      [undefined, { "statefun.outcome": "failed" }],
    ]);
    expect(requests.at(-1)?.links[1]?.context.spanId).toBe(failed);
  });

  it("is a trace of its own where the messages are of several", async () => {
    const held: ServerResponse[] = [];
    const server = await host.serve((_, response) => {
      if (held.length === 0) held.push(response);
      else answer(response);
    });
    const runtime = await host.start([far("far/*", server.url)], { observer: openTelemetry() });
    const send = (digit: string) =>
      runtime.send(address("far/one", "1"), int.of(1), {
        headers: { traceparent: traceparent(digit) },
      });
    await send("1");
    await eventually(
      () => held.length,
      (count) => count === 1,
    );
    await Promise.all([send("2"), send("3")]);
    const [first] = held;
    if (first !== undefined) answer(first);
    await runtime.idle();
    const request = named("process far/one").map(spanLike)[1];
    expect(request).toMatchObject({
      parentId: undefined,
      links: ["2".repeat(16), "3".repeat(16)],
    });
    expect(["2".repeat(32), "3".repeat(32)]).not.toContain(request?.traceId);
  });

  it("carries the trace, and goes on with what a function answers that knows of none", async () => {
    const records: unknown[] = [];
    const topic = kafkaEgress("near/topic");
    const plain = egress("near/plain", string);
    const kafka = await topicRecord();
    const egresses = [
      { egress: "near/plain", argument },
      { egress: "near/topic", argument: kafka },
    ];
    const server = await host.serve((_, response) => answer(response, { ...effects, egresses }));
    const { functions, seen } = near();
    const runtime = await host.start([functions, far("far/*", server.url)], {
      observer: openTelemetry(),
      egresses: [
        plain.to((batch) => {
          for (const { headers } of batch) records.push(headers.get("traceparent"));
        }),
        topic.to((batch) => {
          for (const { value } of batch) records.push(Object(value.headers).get("traceparent"));
        }),
      ],
    });
    await runtime.send(address("far/one", "1"), int.of(1));
    await eventually(
      () => [...seen, ...records].length,
      (count) => count === 4,
    );
    const all = spans().map(spanLike);
    expect(tracesOf(all)).toBe(1);
    expect(treeOf(all).slice(0, 2)).toEqual(["send far/one", "  process far/one"]);
    const idOf = (name: string) =>
      all
        .filter((span) => span.name === name)
        .map((span) => `00-${span.traceId}-${span.spanId}-01`);
    const [request] = server.seen;
    expect(request && headersOf(request)).toEqual([[`traceparent=${idOf("send far/one")[0]}`]]);
    expect(seen.toSorted()).toEqual(idOf("send near/last").toSorted());
    expect(records.toSorted()).toEqual(
      [...idOf("send near/plain"), ...idOf("send near/topic")].toSorted(),
    );
  });

  it("leaves a trace that the function has sent itself", async () => {
    const header = { key: "traceparent", value: new TextEncoder().encode(traceparent("4")) };
    const own = { ...argument, headers: [header] };
    const server = await host.serve((_, response) =>
      answer(response, { messages: [{ target, argument: own }] }),
    );
    const { functions, seen } = near();
    const runtime = await host.start([functions, far("far/*", server.url)], {
      observer: openTelemetry(),
    });
    await runtime.send(address("far/one", "1"), int.of(1));
    await eventually(
      () => seen.length,
      (count) => count === 1,
    );
    expect(seen).toEqual([traceparent("4")]);
    expect(named("send near/last")).toEqual([]);
  });

  it("has no headers on wire v2, and the trace goes on behind it", async () => {
    const server = await host.serve((_, response) => {
      const bytes = codecV2.encodeResponse({ ...none, messages: [{ target, argument: v2 }] });
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
    }, "v2");
    const v2 = { ...argument };
    const { functions, seen } = near();
    const start = functions.bind("near/first", { accepts: string }, (context) => {
      context.send(address("far/one", "1"), int.of(1));
    });
    const runtime = await host.start([functions, far("far/*", server.url, { protocol: "v2" })], {
      observer: openTelemetry(),
    });
    await runtime.send(start.at("1"), "go");
    await eventually(
      () => seen.length,
      (count) => count === 1,
    );
    expect(tracesOf(spans().map(spanLike))).toBe(1);
    expect(treeOf(spans().map(spanLike))).toEqual([
      "send near/first",
      "  process near/first",
      "    send far/one",
      "      process far/one",
      "        send near/last",
      "          process near/last",
    ]);
  });
});

it("a function behind our own fetch handler is in the same trace, on wire v3", async () => {
  const remote = new StatefulFunctions("far");
  const two = remote.bind("far/two", { accepts: int, state: { sum: int } }, async (context) => {
    await Promise.resolve();
    context.sendAfter(1, address("near/last", "1"), string.of("end"));
  });
  remote.bind("far/one", { accepts: int }, (context, value) => context.send(two.at("1"), value));
  const server = await handlerServer(remote, openTelemetry());
  host.later(() => server.close());
  const { functions, seen } = near();
  const runtime = await host.start([functions, far("far/*", server.url)], {
    observer: openTelemetry(),
  });
  await runtime.send(address("far/one", "1"), int.of(1));
  await eventually(
    () => seen.length,
    (count) => count === 1,
  );
  await runtime.idle();
  const all = spans().map(spanLike);
  expect(tracesOf(all)).toBe(1);
  // The second function is asked twice: first it says what its states are.
  expect(treeOf(all).toSorted()).toEqual(
    [
      "send far/one",
      "  process far/one",
      "  process far/one",
      "    send far/two",
      "      process far/two",
      "      process far/two",
      "      process far/two",
      "        send near/last",
      "          process near/last",
    ].toSorted(),
  );
});

/** A record for Kafka, as an SDK without traces writes it. */
async function topicRecord(): Promise<Completed["egresses"][number]["argument"]> {
  const { kafkaRecordNames } = await import("../../src/protocol/record-names.ts");
  const bytes = new Uint8Array([0x0a, 1, 0x6b, 0x12, 1, 0x76, 0x1a, 1, 0x74]);
  return { typename: kafkaRecordNames.v3, bytes, headers: [] };
}
