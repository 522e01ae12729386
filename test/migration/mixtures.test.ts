import fc from "fast-check";
import { int, requestReplyHandler, string } from "statefun";
import { migratable } from "statefun/migration";
import type { Invocation } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { runs } from "../effort.ts";
import { counterName, counters } from "./functions.ts";
import { exportMessage, importMessage, LittleCluster, message } from "./little-cluster.ts";

type Step =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "export"; readonly request: string }
  | { readonly kind: "import"; readonly count: number; readonly replace: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("text" as const),
    text: fc.oneof(
      fc.constantFrom("a", "b", "forget"),
      fc.string({ unit: "grapheme", maxLength: 5 }),
    ),
  }),
  fc.record({ kind: fc.constant("export" as const), request: fc.constantFrom("", "one", "two") }),
  fc.record({
    kind: fc.constant("import" as const),
    count: fc.integer({ min: 0, max: 3 }),
    replace: fc.boolean(),
  }),
);

const base64 = (value: Uint8Array) => Buffer.from(value).toString("base64");

function invocationOf(one: Step): Invocation {
  if (one.kind === "export") return exportMessage(one.request);
  if (one.kind === "text") return message("io.statefun.types/string", string.encode(one.text));
  const states = { count: { type: int.typename, bytes: base64(int.encode(one.count)) } };
  const instance = { kind: "instance", function: counterName, id: "a", states };
  return importMessage({ instance, replace: one.replace });
}

/** What a person would say of the steps: the count, the last text, and the answers. */
function model(steps: readonly Step[]) {
  let count: number | undefined;
  let last: string | undefined;
  const answers: unknown[] = [];
  const sent: string[] = [];
  for (const one of steps) {
    if (one.kind === "export") answers.push({ count, last });
    else if (one.kind === "import") {
      const isRefused = count !== undefined && count !== one.count && !one.replace;
      answers.push(isRefused ? "refused" : "imported");
      if (!isRefused) count = one.count;
    } else if (one.text === "forget") last = undefined;
    else {
      count = (count ?? 0) + 1;
      last = one.text;
      sent.push(`${count}:${last}`);
    }
  }
  return { count, last, answers, sent };
}

function seen(cluster: LittleCluster) {
  const decoded = (name: string, type: { decode(bytes: Uint8Array): unknown }) => {
    const value = cluster.state(counterName, "a").get(name);
    return value && type.decode(value.bytes ?? new Uint8Array());
  };
  const answers = cluster.records.map((record) => {
    const { kind, instance } = JSON.parse(record);
    if (kind !== "exported") return kind;
    const { count, last } = instance.states;
    return {
      count: count && int.decode(Buffer.from(count.bytes, "base64")),
      last: last && string.decode(Buffer.from(last.bytes, "base64")),
    };
  });
  const sent = cluster.messages.map(({ argument }) =>
    string.decode(argument.bytes ?? new Uint8Array()),
  );
  return { count: decoded("count", int), last: decoded("last", string), answers, sent };
}

describe.each(["v2", "v3"] as const)("any mixture of messages in any batches on %s", (wire) => {
  it.each(["bound functions", "an endpoint"])(
    "does what they do one by one, for %s",
    async (what) => {
      const options = { egress: "move/records" } as const;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(step, fc.boolean()), { maxLength: 12 }),
          async (given) => {
            const functions = counters();
            const handler =
              what === "an endpoint"
                ? migratable(requestReplyHandler(functions), options)
                : migratable(functions, options);
            const cluster = new LittleCluster(handler, wire, ["count", "last"]);
            let batch: Invocation[] = [];
            for (const [one, isLast] of given) {
              batch.push(invocationOf(one));
              if (!isLast) continue;
              await cluster.send(counterName, "a", ...batch);
              batch = [];
            }
            if (batch.length > 0) await cluster.send(counterName, "a", ...batch);
            expect(seen(cluster)).toEqual(model(given.map(([one]) => one)));
          },
        ),
        { numRuns: runs(150) },
      );
    },
  );
});

describe("hostile bytes", () => {
  it("never end in anything but an answer", async () => {
    const handler = migratable(counters(), { egress: "move/records", onError: () => {} });
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .constantFrom(
          ..."statefun.migration/export statefun.migration/import statefun.migration/".split(" "),
        )
        .map((one) => new TextEncoder().encode(one)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const response = await handler(
          new Request("http://functions.test/", {
            method: "POST",
            headers: { "content-type": "application/octet-stream" },
            body: Buffer.concat(parts),
          }),
        );
        expect([200, 400, 500]).toContain(response.status);
      }),
      { numRuns: runs(500) },
    );
  });

  it("as the argument of an import are refused, and change nothing", async () => {
    const value = fc.oneof(fc.json(), fc.string(), fc.uint8Array({ maxLength: 50 }));
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const handler = migratable(counters(), { egress: "move/records" });
        const cluster = new LittleCluster(handler);
        await cluster.send(counterName, "a", message("statefun.migration/import", given));
        expect(JSON.parse(cluster.records[0] ?? "")).toMatchObject({ kind: "refused" });
        expect([...cluster.state(counterName, "a").values()]).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });
});
