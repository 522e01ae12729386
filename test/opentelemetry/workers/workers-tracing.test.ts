import { join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../../durable-object/support/build.ts";

/** Keeps what the platform says of spans. */
const tail = `
  const seen = [];
  export default {
    tailStream(first) {
      return (event) => { seen.push({ ...event.event, of: event.spanContext.spanId, trace: event.spanContext.traceId }); };
    },
    fetch() {
      const found = seen.filter(({ type }) => /^span|^attributes/.test(type));
      const plain = (_, value) => (typeof value === "bigint" ? Number(value) : value);
      return new Response(JSON.stringify(found, plain));
    },
  };
`;

interface TailEvent {
  readonly type: string;
  readonly name?: string;
  readonly spanId?: string;
  /** The span that an event is about; of one that opens, its parent. */
  readonly of: string;
  readonly trace: string;
  readonly info?: readonly { readonly name: string; readonly value: unknown }[];
}

let miniflare: Miniflare;

beforeAll(async () => {
  const flags = ["nodejs_compat", "experimental"];
  const common = { modules: true, compatibilityDate: "2026-07-01" } as const;
  miniflare = new Miniflare({
    cf: false,
    handleRuntimeStdio: (...outputs: readonly Readable[]) => {
      for (const output of outputs) output.resume();
    },
    workers: [
      {
        ...common,
        name: "main",
        script: await bundle(join(import.meta.dirname, "traced-worker.ts")),
        compatibilityFlags: flags,
        durableObjects: { STATEFUN: { className: "StatefulObject", useSQLite: true } },
        streamingTails: ["tail"],
        outboundService: () => new Response("outside") as never,
      },
      {
        ...common,
        name: "tail",
        script: tail,
        compatibilityFlags: ["streaming_tail_worker", "experimental"],
      },
    ],
  });
  await miniflare.ready;
});
afterAll(() => miniflare.dispose());

async function events(): Promise<TailEvent[]> {
  const worker = await miniflare.getWorker("tail");
  return (await (await worker.fetch("http://tail/")).json()) as TailEvent[];
}

async function send(to: string, text: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await miniflare.dispatchFetch(`http://app/functions/${to}`, {
    method: "POST",
    headers: { "content-type": "text/plain", ...headers },
    body: text,
  });
  expect(response.status).toBe(202);
}

const seen = async () =>
  (await (await miniflare.dispatchFetch("http://app/seen")).json()) as {
    readonly seen: readonly (readonly [string, string | null])[];
    readonly errors: readonly string[];
  };

const attributesOf = (all: readonly TailEvent[], spanId: string | undefined) =>
  Object.fromEntries(
    all
      .filter(({ type, of }) => type === "attributes" && of === spanId)
      .flatMap(({ info = [] }) => info.map(({ name, value }) => [name, value])),
  );

/** Spans of handlers of one instance, once they are closed. */
async function handled(id: string): Promise<{ all: TailEvent[]; span: TailEvent }> {
  let found: { all: TailEvent[]; span: TailEvent } | undefined;
  await expect
    .poll(
      async () => {
        const all = await events();
        const span = all.find(
          ({ type, name, spanId }) =>
            type === "spanOpen" &&
            name?.startsWith("process ") &&
            attributesOf(all, spanId)["statefun.instance.id"] === id,
        );
        const isClosed = all.some(({ type, of }) => type === "spanClose" && of === span?.spanId);
        if (span !== undefined && isClosed) found = { all, span };
        return isClosed;
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  if (found === undefined) throw new Error(`no span of ${id}`);
  return found;
}

describe("the tracing of the platform", () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  it("has a span for each handler, and its fetch after an await is within it", async () => {
    await send("trace/first/1", "go", { traceparent });
    for (const [id, name] of [
      ["1", "trace/first"],
      ["1-last", "trace/last"],
    ] as const) {
      const { all, span } = await handled(id);
      expect(span.name).toBe(`process ${name}`);
      expect(attributesOf(all, span.spanId)).toMatchObject({
        "messaging.system": "statefun",
        "messaging.operation.type": "process",
        "messaging.destination.name": name,
        "statefun.engine": "durable-object",
        "statefun.attempt": 1,
        "statefun.message.traceparent": traceparent,
      });
      const inner = all.filter(({ type, of }) => type === "spanOpen" && of === span.spanId);
      expect(inner.map((child) => child.name)).toContain("fetch");
      const [fetched] = inner.filter((child) => child.name === "fetch");
      expect(attributesOf(all, fetched?.spanId)["url.full"]).toBe(`http://outside/${id}`);
    }
    // The platform takes no parent, so the trace from outside goes on as it came.
    expect((await seen()).seen).toContainEqual(["1-last", traceparent]);
  });

  it("says what went wrong, and a hook never fails for the platform's reasons", async () => {
    await send("trace/last/2", "bad");
    const { all, span } = await handled("2");
    expect(attributesOf(all, span.spanId)["error.type"]).toBe("RangeError");
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(`trace/first/many-${index}`, "go")),
    );
    for (let index = 0; index < 20; index++) await handled(`many-${index}-last`);
    expect((await seen()).errors).toEqual(["RangeError: no"]);
  });
});
