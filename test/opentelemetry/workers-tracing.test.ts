import { functionRef, StatefulFunctions, string } from "statefun";
import { type WorkersSpan, type WorkersTracing, workersTracing } from "statefun/opentelemetry";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";

/** A platform as it was, or as it will be: what the real one has is tested on it. */
function platform(parts: {
  readonly isTraced?: boolean;
  readonly startActiveSpan?: boolean;
  readonly spanContext?: { traceId: string; spanId: string; traceFlags: number };
}): { readonly tracing: WorkersTracing; readonly log: string[] } {
  const log: string[] = [];
  const span: WorkersSpan = {
    isTraced: parts.isTraced ?? true,
    setAttribute: (key, value) => log.push(`${key}=${value}`),
    end: () => void log.push("end"),
    ...(parts.spanContext && { spanContext: () => parts.spanContext as never }),
    ...(parts.spanContext && { setStatus: ({ code }) => log.push(`status ${code}`) }),
  };
  const enterSpan: WorkersTracing["enterSpan"] = (name, run) => {
    log.push(`enter ${name}`);
    return run(span);
  };
  const startActiveSpan: WorkersTracing["enterSpan"] = (name, run) => {
    log.push(`start ${name}`);
    return run(span);
  };
  return { tracing: { enterSpan, ...(parts.startActiveSpan && { startActiveSpan }) }, log };
}

const one = functionRef("demo/one", string);

async function run(
  tracing: WorkersTracing,
  text: string,
  headers: Record<string, string> = {},
): Promise<string | undefined> {
  let seen: string | undefined;
  const functions = new StatefulFunctions("demo");
  const last = functions.bind("demo/last", { accepts: string }, (context) => {
    seen = context.headers.get("traceparent");
  });
  functions.bind("demo/one", { accepts: string }, async (context) => {
    await Promise.resolve();
    if (text === "bad") throw new RangeError("no");
    context.send(last.at("1"), text);
  });
  await using runtime = await createTestRuntime(functions, {
    observer: workersTracing(tracing, { instanceIds: false }),
    retry: { maxAttempts: 1 },
  });
  await runtime.send(one.at("1"), text, { headers });
  return seen;
}

const spanContext = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 };

describe("tracing of a platform", () => {
  it("that has no more than enterSpan is used with it, and a span ends with its callback", async () => {
    const { tracing, log } = platform({});
    expect(await run(tracing, "go")).toBeUndefined();
    expect(log.filter((line) => !line.includes("="))).toEqual([
      "enter process demo/one",
      "enter process demo/last",
    ]);
    expect(log.some((line) => line.startsWith("statefun.instance.id"))).toBe(false);
  });

  it("that has startActiveSpan hears of the end, and of what failed", async () => {
    const { tracing, log } = platform({ startActiveSpan: true, spanContext });
    await run(tracing, "bad");
    expect(log.slice(-3)).toEqual(["error.type=RangeError", "status error", "end"]);
  });

  it("gives its own trace where a message has none, and passes on the one that it has", async () => {
    const { tracing } = platform({ spanContext });
    const own = `00-${spanContext.traceId}-${spanContext.spanId}-01`;
    expect(await run(tracing, "go")).toBe(own);
    const traceparent = `00-${"c".repeat(32)}-${"d".repeat(16)}-00`;
    expect(await run(tracing, "go", { traceparent })).toBe(traceparent);
  });

  it("that does not sample a request costs no attributes", async () => {
    const { tracing, log } = platform({ isTraced: false });
    await run(tracing, "go");
    expect(log).toEqual(["enter process demo/one", "enter process demo/last"]);
  });

  it("must be one", () => {
    expect(() => workersTracing({} as never)).toThrow("enterSpan");
    const { tracing } = platform({});
    expect(() => workersTracing(tracing, { instanceId: false } as never)).toThrow("instanceIds");
    expect(() => workersTracing(tracing, { instanceIds: 1 as never })).toThrow("boolean");
  });
});
