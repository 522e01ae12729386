import { connect } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { liveRow } from "../../src/surface/admin/live/live-route.ts";
import { heldStream } from "../../src/surface/routes/held-stream.ts";
import { StreamLimit } from "../../src/surface/routes/stream-limit.ts";
import { type Answered, cart, client, start, trouble, worker } from "./app.ts";

interface Event {
  readonly topic: string;
  readonly data: Answered;
}

/** Reads events until `isEnough`, and leaves. */
async function events(
  response: Response,
  isEnough: (all: readonly Event[]) => boolean,
): Promise<readonly Event[]> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const all: Event[] = [];
  let text = "";
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return all;
    text += piece.value;
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const [, topic, data] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? [];
      if (topic !== undefined) all.push({ topic, data: JSON.parse(data ?? "null") });
    }
    if (!isEnough(all)) continue;
    await reader?.cancel();
    return all;
  }
}

describe("GET /admin/live", () => {
  it("gives each topic once, and again when it changes", async () => {
    const { ask, runtime } = await start();
    const response = await ask("/admin/live?topics=overview,egresses", { as: "reader" });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/event-stream",
    ]);
    setTimeout(() => void runtime.send(cart.at("1"), { item: "pen", count: 1 }), 100);
    const emitted = ({ topic, data }: Event): boolean =>
      topic === "egresses" && data.egresses.some((one: Answered) => one.emitted === 1);
    const all = await events(response, (seen) => seen.some(emitted));
    expect(all.slice(0, 2).map(({ topic }) => topic)).toEqual(["overview", "egresses"]);
    expect(all[0]?.data).toMatchObject({ status: "ok", engine: "embedded" });
    const times = all.filter(({ topic }) => topic === "egresses");
    expect(times).toHaveLength(2);
  });

  it("says nothing while nothing changes, and ends with the runtime", async () => {
    const { ask, runtime } = await start();
    const response = await ask("/admin/live?topics=functions,egresses,ingresses");
    const reading = events(response, () => false);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await runtime.close({ drainMs: 0 });
    expect((await reading).map(({ topic }) => topic)).toEqual([
      "functions",
      "egresses",
      "ingresses",
    ]);
  });

  it.each([
    ["topics=nothing", "nothing"],
    ["topics=", '""'],
    ["topics=overveiw", "did you mean overview?"],
  ])("does not know %s", async (query, text) => {
    const { ask } = await start();
    const response = await ask(`/admin/live?${query}`);
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toContain(text);
  });

  it("answers HEAD at once", async () => {
    const { ask } = await start();
    const response = await ask("/admin/live", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  it("has fifty streams, and a place again when one has gone", async () => {
    const { ask } = await start();
    const all = await Promise.all(Array.from({ length: 50 }, () => ask("/admin/live")));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
    const refused = await ask("/admin/live");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    await all[0]?.body?.cancel();
    await expect
      .poll(async () => {
        const response = await ask("/admin/live");
        await response.body?.cancel();
        return response.status;
      })
      .toBe(200);
    await Promise.all(all.slice(1).map((one) => one.body?.cancel()));
  });

  it("ends when the operator is let in no longer", async () => {
    let role: "read" | false = "read";
    const admin = { authenticate: () => role };
    const { ask } = await start({ http: { admin, reauthenticateMs: 100 } });
    const response = await ask("/admin/live");
    role = false;
    expect(await response.text()).toContain(
      ": closed because the credentials are no longer accepted",
    );
  });

  it("holds nothing for a reader that reads nothing, however much changes", async () => {
    const { url, runtime, read } = await start();
    const { hostname, port } = new URL(url);
    const stalled = Array.from({ length: 20 }, () => {
      const socket = connect(Number(port), hostname);
      socket.pause();
      socket.write(
        `GET /admin/live?topics=overview,functions,egresses HTTP/1.1\r\nhost: x\r\nauthorization: Bearer reader\r\n\r\n`,
      );
      return socket;
    });
    for (let round = 0; round < 30; round++) {
      await Promise.all(
        Array.from({ length: 20 }, (_, id) => runtime.send(worker.at(`${round} ${id}`), "x")),
      );
      await runtime.idle();
    }
    const readers = await Promise.all(
      Array.from({ length: 3 }, () => client(url).ask("/admin/live?topics=functions")),
    );
    const isNewest = ({ data }: Event): boolean => data.functions["ops/worker"].accepted === 600;
    for (const reader of readers) await events(reader, (all) => all.some(isNewest));
    expect(await read("/admin/overview")).toMatchObject({ status: "ok" });
    for (const socket of stalled) socket.destroy();
  });

  it("has the largest groups of dead letters, however many there are and however long", async () => {
    const { ask, runtime } = await start({ onError: () => {} });
    for (let index = 0; index < 40; index++) {
      const name = String.fromCharCode(97 + (index % 20), 97 + Math.floor(index / 20));
      trouble.text = `${name} ${"boom ".repeat(3_000)}`;
      await runtime.send(worker.at(name), "x");
      await runtime.idle();
    }
    const response = await ask("/admin/live?topics=dead-letters,errors", { as: "reader" });
    const all = await events(response, (seen) => seen.length === 2);
    const [groups, errors] = all.map(({ data }) => data.groups ?? data.errors);
    expect(groups.length).toBeGreaterThan(3);
    expect(groups.length).toBeLessThanOrEqual(20);
    expect(errors).toHaveLength(20);
  });

  it("looks at objects, which are billed, only every five seconds", async () => {
    vi.useFakeTimers();
    try {
      const looks: number[] = [];
      const admin = {
        lacks: {},
        deadGroups: async () => {
          looks.push(performance.now());
          return [];
        },
      };
      const host = { engine: "durable-object", health: async () => ({ status: "ok" }) };
      const call = { admin, host, query: new URLSearchParams("topics=dead-letters") };
      const request = new Request("http://x/admin/live");
      const rest = { request, options: {}, onError: () => {}, room: new StreamLimit() };
      // Of a call, the route looks at nothing else.
      const response = await liveRow.answer({ ...call, ...rest } as never);
      const reading = Object(response).body.pipeTo(new WritableStream());
      reading.catch(() => {});
      await vi.advanceTimersByTimeAsync(21_000);
      expect(looks.length).toBeGreaterThanOrEqual(4);
      expect(looks.length).toBeLessThanOrEqual(5);
    } finally {
      vi.useRealTimers();
    }
  });

  it("has a place again for a response that nobody reads", async () => {
    vi.useFakeTimers();
    try {
      const room = new StreamLimit();
      let ends = 0;
      const body = heldStream({
        room,
        next: async () => undefined,
        farewell: "bye",
        onEnd: () => void ends++,
      });
      await vi.advanceTimersByTimeAsync(29_000);
      expect(ends).toBe(0);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(ends).toBe(1);
      expect(await new Response(body).text()).toBe("bye");
    } finally {
      vi.useRealTimers();
    }
  });

  it("makes nothing for a reader that stalls, which then has the newest", async () => {
    const { runtime } = await start({ http: { admin: { authenticate: "none" } } });
    const response = await runtime.fetch(new Request("http://x/admin/live?topics=functions"));
    const reader = response.body?.getReader();
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toContain('"accepted":0');
    for (let index = 0; index < 3; index++) {
      await runtime.send(worker.at("1"), "x");
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    }
    expect(await next()).toMatch(/"ops\/worker":\{"accepted":3,/);
    await reader?.cancel();
  });
});
