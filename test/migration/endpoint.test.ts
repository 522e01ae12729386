import { int, requestReplyHandler, string } from "statefun";
import { migratable } from "statefun/migration";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it, vi } from "vitest";
import { counterName, counters, statelessName } from "./functions.ts";
import { exportMessage, LittleCluster, message, requestOf } from "./little-cluster.ts";

const text = (value: string) => message("io.statefun.types/string", string.encode(value));
const parsed = (cluster: LittleCluster) => cluster.records.map((record) => JSON.parse(record));
const onError = () => {};
const egress = "move/records";

/** A network with one endpoint of somebody else's, and what came to it. */
function network(answer: (request: Request) => Response | Promise<Response>) {
  const urls: string[] = [];
  const fetched = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    urls.push(request.url);
    return answer(request);
  };
  return { urls, fetch: fetched as typeof fetch };
}

describe("an endpoint elsewhere", () => {
  it("is asked for its states once, and its instances are exported and imported", async () => {
    const { urls, fetch } = network(requestReplyHandler(counters()));
    const handler = migratable("http://python.test:8000/base/", { egress, fetch });
    const cluster = new LittleCluster(handler);
    await cluster.send(counterName, "a", exportMessage());
    // Asked once; the cluster's second request is answered without it.
    expect(urls).toEqual(["http://python.test:8000/base/functions"]);
    await cluster.send(counterName, "b", exportMessage());
    expect(urls).toHaveLength(1);
    await cluster.send(counterName, "a", text("1"), exportMessage());
    expect(parsed(cluster).map(({ instance }) => Object.keys(instance.states))).toEqual([
      [],
      [],
      ["count", "last"],
    ]);
  });

  it("is not asked where its states are listed", async () => {
    const { urls, fetch } = network(() => expect.fail("was asked"));
    const states = {
      [counterName]: {
        count: int.typename,
        last: { type: string.typename, expireAfterCallMs: 1_000 },
      },
    };
    const handler = migratable(new URL("http://python.test/"), { egress, fetch, states });
    const target = { typename: counterName, id: "a" };
    const invocations = [exportMessage()];
    const body = codecV3.encodeRequest({ target, state: new Map(), invocations });
    const response = await handler(requestOf(body));
    expect(codecV3.decodeResponse(await response.bytes())).toMatchObject({
      kind: "incomplete",
      missing: [
        { name: "count", expiration: { mode: "none" } },
        { name: "last", expiration: { mode: "after-call", afterMs: 1_000 } },
      ],
    });
    expect(urls).toEqual([]);
  });

  it("that has no states and takes the question for a message has nothing to export, and its effects are dropped", async () => {
    const handled = vi.fn();
    const { fetch } = network(async (request) => {
      handled(codecV3.decodeRequest(await request.bytes()).invocations.length);
      const effects = {
        messages: [
          { target: { typename: statelessName, id: "a" }, argument: exportMessage().argument },
        ],
      };
      const outcome = {
        kind: "completed",
        mutations: [],
        delayed: [],
        egresses: [],
        ...effects,
      } as const;
      const headers = { "content-type": "application/octet-stream" };
      return new Response(codecV3.encodeResponse(outcome), { headers });
    });
    const cluster = new LittleCluster(migratable("http://go.test", { egress, fetch }));
    await cluster.send(statelessName, "a", exportMessage(), exportMessage());
    expect(parsed(cluster)).toMatchObject([{ kind: "exported" }, { kind: "exported" }]);
    expect(cluster.messages).toEqual([]);
    expect(handled.mock.calls).toEqual([[1]]);
  });

  it("that fails on the question is refused with the way out, and is asked again", async () => {
    const answer = vi.fn(() => new Response("no\n", { status: 500 }));
    const { fetch } = network(answer);
    const cluster = new LittleCluster(migratable("http://go.test", { egress, fetch }));
    await cluster.send(counterName, "a", exportMessage("r"));
    await cluster.send(counterName, "a", exportMessage("r"));
    expect(parsed(cluster)[1]).toEqual({
      kind: "refused",
      of: "export",
      function: counterName,
      id: "a",
      code: "undeclared_state",
      reason: `the states of ${counterName} are not known, name them in the option states: asked for them it answered 500`,
    });
    expect(answer).toHaveBeenCalledTimes(2);
  });

  it("that is down is not there for the cluster either, which tries again", async () => {
    const down = migratable("http://go.test", {
      egress,
      onError,
      fetch: (() => Promise.reject(new TypeError("connect ECONNREFUSED"))) as typeof fetch,
    });
    const target = { typename: counterName, id: "a" };
    for (const one of [exportMessage(), text("1")]) {
      const body = codecV3.encodeRequest({ target, state: new Map(), invocations: [one] });
      expect((await down(requestOf(body))).status).toBe(503);
    }
    const { fetch } = network(
      () => new Response("later\n", { status: 429, headers: { "retry-after": "7" } }),
    );
    const busy = migratable("http://go.test", { egress, fetch });
    const body = codecV3.encodeRequest({
      target,
      state: new Map(),
      invocations: [exportMessage()],
    });
    // Both wait for one question, and each gets an answer of its own.
    const responses = await Promise.all([busy(requestOf(body)), busy(requestOf(body))]);
    for (const response of responses) {
      expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
      expect(await response.text()).toBe("later\n");
    }
  });

  it("gets no header of the connection, and all others", async () => {
    const got: Headers[] = [];
    const { fetch } = network(({ headers }) => {
      got.push(headers);
      return new Response(null, { headers: { "content-encoding": "gzip", "x-one": "1" } });
    });
    const handler = migratable("http://go.test", { egress, fetch });
    const request = requestOf(Uint8Array.of(1));
    request.headers.set("connection", "keep-alive");
    request.headers.set("x-trace", "abc");
    const response = await handler(request);
    expect(got[0]?.get("connection")).toBeNull();
    expect(got[0]?.get("x-trace")).toBe("abc");
    // The body was decompressed on the way.
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(response.headers.get("x-one")).toBe("1");
  });

  it("whose answer cannot be read fails the batch with a 500, not with what a runtime would give up for", async () => {
    const states = { [counterName]: {} };
    const answers = [
      () =>
        new Response(Uint8Array.of(0xff), {
          headers: { "content-type": "application/octet-stream" },
        }),
      () =>
        new Response(new Uint8Array(200_000), {
          headers: { "content-type": "application/octet-stream" },
        }),
    ];
    for (const answer of answers) {
      const { fetch } = network(answer);
      const handler = migratable("http://go.test", {
        egress,
        fetch,
        states,
        onError,
        maxBodyBytes: 100_000,
      });
      const target = { typename: counterName, id: "a" };
      const invocations = [text("1"), exportMessage()];
      const body = codecV3.encodeRequest({ target, state: new Map(), invocations });
      expect((await handler(requestOf(body))).status).toBe(500);
    }
  });

  it("is not asked by whoever is not let in", async () => {
    const { urls, fetch } = network(() => new Response());
    const handler = migratable("http://go.test", {
      egress,
      fetch,
      onError,
      authenticate: () => false,
    });
    expect((await handler(requestOf(Uint8Array.of(1)))).status).toBe(401);
    expect((await handler(new Request("http://functions.test/"))).status).toBe(401);
    expect(urls).toEqual([]);
  });
});
