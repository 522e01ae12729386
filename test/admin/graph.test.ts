import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defineModule,
  egress,
  type Ingress,
  keep,
  type Module,
  StatefulFunctions,
  string,
} from "statefun";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import type { IngressHost } from "../../src/engine/contract/ingress-host.ts";
import { Edges } from "../../src/host/admin/edges.ts";
import { type Answered, start } from "./app.ts";

const out = egress("graph/out", string);
const trouble = { left: 0 };
const functions = new StatefulFunctions("graph");

const last = functions.bind("graph/last", { accepts: string }, (context, text) => {
  if (trouble.left-- > 0) throw new Error("not now");
  context.emit(out, text);
});
const first = functions.bind(
  "graph/first",
  { accepts: string, replies: string },
  (context, text) => {
    context.send(last.at("1"), text);
    context.send(last.at("2"), text);
    if (text === "later") context.sendAfter(1, last.at("3"), text);
    if (context.caller !== undefined) context.reply(text);
  },
);
/** Tries again what failed after it has sent: its messages count once. */
const eager = functions.bind(
  "graph/eager",
  { accepts: string, retry: { maxAttempts: 5, initialDelayMs: 1, maxDelayMs: 1 } },
  (context, text) => {
    context.send(last.at("4"), text);
    if (trouble.left-- > 0) throw new Error("not now");
  },
);

const stores = {
  memory: () => memoryStore(),
  SQLite: () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-graph-")), "store.db")),
};

/** As text: from, to and how many. */
function edgesOf({ edges }: Answered): string[] {
  return edges.map(({ from, to, messages }: Answered) => {
    const name = from.name === undefined ? "" : ` ${from.name}`;
    return `${from.kind}${name} > ${to.kind} ${to.name} ${messages}`;
  });
}

describe.each(Object.entries(stores))("with %s, the picture of what goes where", (_, store) => {
  const open = (others: readonly Module[] = []) => {
    trouble.left = 0;
    const egresses = [keep(out)];
    const admin = { authenticate: "none" } as const;
    const http = { expose: [first], authenticate: "none", admin } as const;
    return start({ store: store(), egresses, http }, [functions, ...others]);
  };

  it("counts each message once: of clients, over HTTP, of functions, timers and to egresses", async () => {
    const { runtime, ask, read } = await open();
    await runtime.send(first.at("1"), "x");
    await runtime.call(first.at("1"), "x");
    const key = { headers: { "idempotency-key": "once", "content-type": "text/plain" } };
    for (let time = 0; time < 3; time++) {
      await ask("/functions/graph/first/1", { method: "POST", body: "later", ...key });
    }
    const text = { "content-type": "text/plain" };
    await ask("/admin/send?function=graph/last&id=9", { method: "POST", body: "x", headers: text });
    await ask("/admin/send?function=graph/last&id=9&delayMs=1", {
      ...{ method: "POST", body: "x", headers: text },
    });
    const { sinceMs } = await read("/admin/graph");
    expect(Math.abs(Date.now() - sinceMs)).toBeLessThan(60_000);
    const expected = [
      "client > function graph/first 2",
      "function graph/first > function graph/last 6",
      "function graph/last > egress graph/out 9",
      "http > function graph/first 1",
      "http > function graph/last 1",
      "timer > function graph/last 1",
      "timer graph/first > function graph/last 1",
    ];
    await expect.poll(async () => edgesOf(await read("/admin/graph"))).toEqual(expected);
  });

  it("counts what is sent by an attempt that succeeds, and not by those before", async () => {
    const { runtime, read } = await open();
    trouble.left = 3;
    await runtime.send(eager.at("1"), "x");
    await expect
      .poll(async () => edgesOf(await read("/admin/graph")))
      .toEqual([
        "client > function graph/eager 1",
        "function graph/eager > function graph/last 1",
        "function graph/last > egress graph/out 1",
      ]);
  });

  it("names ingresses", async () => {
    let host: IngressHost | undefined;
    const part = {
      typename: "graph/in",
      "~ingress": {
        start(given: IngressHost) {
          host = given;
          const health = { typename: "graph/in", status: "running", troubles: [], sources: [] };
          return { stop: async () => {}, health: () => health };
        },
      },
    } as unknown as Ingress;
    const ins = defineModule({ name: "ins", ingresses: [part] });
    const { read } = await open([ins]);
    const argument = { typename: string.typename, bytes: string.encode("x"), headers: [] };
    const messages = ["1", "2", "3"].map((id) => ({
      target: { typename: last.typename, id },
      argument,
    }));
    host?.ingest({ source: "in/0", position: "3", messages }, () => {});
    await expect
      .poll(async () => edgesOf(await read("/admin/graph")))
      .toEqual([
        "function graph/last > egress graph/out 3",
        "ingress graph/in > function graph/last 3",
      ]);
  });

  it("is a topic of what changes", async () => {
    const { runtime, ask } = await open();
    await runtime.call(first.at("1"), "x");
    const response = await ask("/admin/live?topics=graph");
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    await reader?.cancel();
    const [event, data = ""] = new TextDecoder().decode(value).split("\ndata: ");
    expect(event).toBe("event: graph");
    expect(edgesOf(JSON.parse(data))).toContain("client > function graph/first 1");
  });
});

/** Edges that are counted one by one. */
function counted(isOwn: (name: string) => boolean) {
  const edges = new Edges(isOwn);
  const at = (typename: string) => ({ typename, id: "1" });
  const argument = { typename: "", bytes: undefined, headers: [] };
  const none = {
    kind: "completed",
    mutations: [],
    messages: [],
    delayed: [],
    egresses: [],
  } as const;
  return {
    list: () => edges.list(),
    sent: (from: string, to: string) =>
      edges.applied(at(from), { ...none, messages: [{ target: at(to), argument }] }),
    emitted: (from: string, egress: string) =>
      edges.applied(at(from), { ...none, egresses: [{ egress, argument }] }),
    fired: (from: string | undefined, to: string) =>
      edges.fired({ caller: from === undefined ? undefined : at(from), target: at(to) }),
    entered: (way: "client" | "http", to: string) =>
      edges.accepted({ target: at(to), delayMs: 0, way }),
    ingested: (ingress: string, to: string) =>
      edges.ingested(ingress, [{ target: at(to), argument }]),
  };
}

describe("edges", () => {
  const isOwn = (name: string): boolean => name.startsWith("own/");

  it("are at most a thousand, whatever names a program makes up; those of the application have room", () => {
    const edges = counted(isOwn);
    for (let at = 0; at < 5_000; at++) {
      edges.sent("own/one", `made/${at}`);
      edges.emitted(`made/${at}`, "own/out");
      edges.fired(undefined, `made/${at}`);
      edges.entered("http", `made/${at}`);
      edges.ingested("own/in", `made/${at}`);
    }
    for (let at = 0; at < 400; at++) edges.sent("own/one", `own/${at}`);
    for (let at = 0; at < 5_000; at++) edges.sent(`own/${at}`, "own/two");
    const all = edges.list();
    expect(all.length).toBeLessThanOrEqual(1_000);
    expect(all.reduce((sum, { messages }) => sum + messages, 0)).toBe(30_400);
    const ofOwn = all.filter(({ from, to }) => from.name === "own/one" && isOwn(to.name));
    expect(ofOwn).toHaveLength(400);
    expect(edgesOf({ edges: all.filter(({ to }) => to.name === "(others)") })).toEqual([
      "function (others) > egress (others) 4900",
      "function (others) > function (others) 9810",
      "http > function (others) 4900",
      "ingress (others) > function (others) 4900",
      "timer > function (others) 4900",
    ]);
  });

  it("are none for a reply, and count on with the same name in another place", () => {
    const edges = counted(isOwn);
    edges.sent("own/one", "statefun/ingress");
    edges.sent("own/one", "own/two");
    edges.sent("own/one", "statefun/ingress");
    edges.sent("own/one", "own/two");
    edges.emitted("own/one", "own/two");
    edges.entered("client", "own/two");
    expect(edgesOf({ edges: edges.list() })).toEqual([
      "client > function own/two 1",
      "function own/one > egress own/two 1",
      "function own/one > function own/two 2",
    ]);
  });
});
