import { functionRef, string } from "statefun";
import { utf8 } from "statefun/kafka-connector";
import { describe, expect, it } from "vitest";
import {
  oversized,
  routeByCode,
  routeToTargets,
} from "../../src/connectors/kafka/in/record-routes.ts";

const one = functionRef("demo/one", string);
const bytes = (text: string) => new TextEncoder().encode(text);

const record = (headers: Readonly<Record<string, string>>) => ({
  topic: "orders",
  partition: 0,
  offset: 1n,
  timestampMs: 0,
  key: bytes("7"),
  value: bytes("tea"),
  headers: Object.entries(headers).map((pair) => pair.map(bytes) as [Uint8Array, Uint8Array]),
});

/** The headers of the only message that a record becomes. */
function headersOf(messages: ReturnType<ReturnType<typeof routeToTargets>>) {
  if ("defect" in messages) throw messages.error;
  return messages.flatMap(({ argument: { headers } }) =>
    headers.map(({ key, value }) => `${key}=${new TextDecoder().decode(value)}`),
  );
}

describe("the trace of a Kafka record", () => {
  it("is that of its message, with the other headers", () => {
    const route = routeToTargets(utf8, [one]);
    const found = headersOf(route(record({ traceparent: "t", tracestate: "s", a: "1" })));
    expect(found).toEqual(["traceparent=t", "tracestate=s", "a=1"]);
  });

  it("goes on through a router that says nothing of headers", () => {
    const route = routeByCode(utf8, ({ value }, { send }) => send(one.at("7"), value));
    const found = headersOf(route(record({ traceparent: "t", tracestate: "s", a: "1" })));
    expect(found).toEqual(["traceparent=t", "tracestate=s"]);
    expect(headersOf(route(record({ a: "1" })))).toEqual([]);
  });

  it("is left out of a message that would be too large with it", () => {
    const route = routeByCode(utf8, (_, { send }) => {
      send(one.at("7"), "x".repeat(900));
      send(one.at("8"), "short");
    });
    const traced = record({ traceparent: "t".repeat(55), tracestate: "s".repeat(55) });
    const messages = route(traced, 1_000);
    if ("defect" in messages) throw messages.error;
    expect(messages.map(({ argument: { headers } }) => headers.length)).toEqual([0, 2]);
    expect(oversized(messages, 1_000)).toBeUndefined();
    // Too large without it: it is not the trace that is to blame.
    const large = routeByCode(utf8, (_, { send }) => send(one.at("7"), "x".repeat(2_000)));
    const refused = large(traced, 1_000);
    if ("defect" in refused) throw refused.error;
    expect(oversized(refused, 1_000)).toMatchObject({ defect: "too-large" });
  });

  it("goes on beside the headers that a router gives, unless it gives a trace", () => {
    const give = (headers: Record<string, string>) =>
      routeByCode(utf8, ({ value }, { send }) => send(one.at("7"), value, { headers }));
    const given = record({ traceparent: "t", tracestate: "s" });
    expect(headersOf(give({ b: "2" })(given))).toEqual(["b=2", "traceparent=t", "tracestate=s"]);
    expect(headersOf(give({ traceparent: "own" })(given))).toEqual(["traceparent=own"]);
  });
});
