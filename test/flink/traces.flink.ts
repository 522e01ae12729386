import { egress, functionRef, requestReplyHandler, StatefulFunctions, string } from "statefun";
import { openTelemetry } from "statefun/opentelemetry";
import { beforeAll, describe, expect, it } from "vitest";
import { startCollector, tracingTo } from "../opentelemetry/support/collector.ts";
import { type SpanLike, treeOf } from "../opentelemetry/support/trees.ts";
import { relay } from "../sdks/sdks.ts";
import { startServer } from "../sdks/server-process.ts";
import { runCluster } from "./cluster.ts";
import { moduleYaml } from "./module-yaml.ts";
import { serveOnNode } from "./node-server.ts";
import { statefun330 } from "./releases.ts";
import { recordsOf, scriptMessage, scriptOf } from "./script.ts";

const name = (last: string) => `statefun.cluster.test/${last}` as const;
const transcript = egress("statefun.cluster/transcript", string);

/** Through two functions, a timer, a third one and Python to a last one. */
function functions(): StatefulFunctions {
  const all = new StatefulFunctions();
  const far = functionRef("tracing/relay", string);
  const last = all.bind(name("last"), { accepts: string }, (context, text) => {
    context.emit(transcript, text);
  });
  const third = all.bind(name("third"), { accepts: string }, (context, how) => {
    context.send(far.at(context.self.id), `${how}:${last.typename}`);
  });
  const second = all.bind(name("second"), { accepts: string }, (context, how) => {
    context.sendAfter(50, third.at(context.self.id), how);
  });
  all.bind(name("first"), { accepts: string }, (context, how) => {
    context.send(second.at(context.self.id), how);
  });
  return all;
}

const script = scriptOf(
  ["same", "new"].map((how) => scriptMessage(name("first"), how, string, how)),
);

/** A cluster that calls our functions, and one in Python. */
function moduleOf(ours: string, python: string): string {
  const endpoint = {
    kind: "io.statefun.endpoints.v2/http",
    spec: {
      functions: `${relay.namespace}/*`,
      urlPathTemplate: python,
      transport: { type: "io.statefun.transports.v1/async" },
    },
  };
  const own = moduleYaml(statefun330, { url: ours, transport: "async", callTimeoutMs: 30_000 });
  return `${own}---\n${JSON.stringify(endpoint)}\n`;
}

describe("a trace on StateFun 3.3.0", () => {
  let spans: readonly SpanLike[] = [];
  const errors: unknown[] = [];
  beforeAll(async () => {
    const collector = await startCollector();
    const tracerProvider = tracingTo(collector);
    const observer = openTelemetry({ tracerProvider });
    const handler = requestReplyHandler(functions(), {
      observer,
      onError: (error) => void errors.push(error),
    });
    const [server, python] = await Promise.all([serveOnNode(handler), startServer(relay)]);
    try {
      const file = moduleOf(server.url, python.url);
      const settings = { records: 2 };
      const run = { release: statefun330, url: server.url, moduleYaml: file, script, settings };
      const result = await runCluster(run);
      expect(result.verdict, `${result.error}\n${result.log}`).toBe("recorded");
      expect(recordsOf(result, string).toSorted()).toEqual(["new", `same:${name("last")}`]);
      await tracerProvider.shutdown();
      spans = collector.spans();
    } finally {
      await Promise.all([server.close(), python.kill(), collector.close()]);
    }
  });

  const last = [`process ${name("last")}`, "  send statefun.cluster/transcript"];
  const untilPython = [
    `process ${name("first")}`,
    `  send ${name("second")}`,
    `    process ${name("second")}`,
    `      send ${name("third")}`,
    `        process ${name("third")}`,
    "          send tracing/relay",
  ];
  const trees = (): string[][] =>
    [...new Set(spans.map(({ traceId }) => traceId))].map((traceId) =>
      treeOf(spans.filter((span) => span.traceId === traceId)),
    );

  it("goes through functions and timers, and through Python that sends the value on as it came", () => {
    const below = last.map((line) => `            ${line}`);
    expect(trees()).toContainEqual([...untilPython, ...below]);
  });

  it("ends at Python that sends a value of its own, and another one begins behind it", () => {
    expect(trees()).toContainEqual(untilPython);
    expect(trees()).toContainEqual(last);
    expect(trees()).toHaveLength(3);
  });

  it("has links to where messages were created", () => {
    for (const { name: what, links, parentId } of spans) {
      const isLinked = what.startsWith("process") && parentId !== undefined;
      expect(links, what).toEqual(isLinked ? [parentId] : []);
    }
    expect(errors).toEqual([]);
  });
});
