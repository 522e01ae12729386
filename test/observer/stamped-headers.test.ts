import { describe, expect, it } from "vitest";
import { failedTraceHeader, stampedHeaders } from "../../src/model/stamped-headers.ts";
import { withoutTrace } from "../../src/transport/without-trace.ts";
import { failedTraceHeader as ofSpans } from "../../src/opentelemetry/spans/trace-context.ts";

const header = (key: string, text = "1") => ({ key, value: new TextEncoder().encode(text) });
const keysOf = (...args: Parameters<typeof stampedHeaders>) =>
  stampedHeaders(...args).map(({ key }) => key);

describe("what says that a message has failed", () => {
  const failed = [header("own"), header(failedTraceHeader)];

  it.each([undefined, {}, { traceparent: "x" }])(
    "is not sent on with it, whatever an observer adds: %j",
    (added) => {
      expect(keysOf(failed, false, added)).toEqual(["own", ...Object.keys(added ?? {})]);
    },
  );

  it("is not sent by a handler that gives all headers that came", () => {
    expect(keysOf(failed, true, {})).toEqual(["own"]);
  });

  it("is no reason for a wire without headers to refuse a replay", () => {
    const argument = { typename: "a/b", bytes: new Uint8Array(1), headers: failed.slice(1) };
    expect(withoutTrace([{ argument, caller: undefined }])).toEqual([
      { argument: { ...argument, headers: [] }, caller: undefined },
    ]);
  });

  it("is replaced by what a later failure says", () => {
    const stamped = stampedHeaders(failed, false, { [failedTraceHeader]: "2" });
    expect(stamped).toEqual([header("own"), header(failedTraceHeader, "2")]);
  });

  it("has the same name where spans are made", () => {
    expect(ofSpans).toBe(failedTraceHeader);
  });
});

it("a list of headers is the same where nothing is added", () => {
  const own = [header("own")];
  for (const added of [undefined, {}]) expect(stampedHeaders(own, false, added)).toBe(own);
});
