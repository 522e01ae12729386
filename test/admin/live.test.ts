import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { type Answered, cart, client, start, worker } from "./app.ts";

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
