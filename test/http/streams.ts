import { describe, expect, it } from "vitest";
import { asJson, ask, freshId, post, refused, type Server, wait } from "./client.ts";
import { endOf, openStream, type ReadRecord } from "./events.ts";

const int = { "statefun-type": "io.statefun.types/int" };
const valuesOf = (records: readonly ReadRecord[]) => records.map(({ value }) => value);

export function registerStreams(server: Server, behindProxy: boolean): void {
  const emit = (id: string, count: number) =>
    post(server, `/functions/http/emitter/${id}`, {
      headers: { ...asJson, ...int, ...wait(20) },
      body: String(count),
    }).then((response) => response.arrayBuffer());
  const texts = "http/texts";
  const numbered = (id: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => `${id} ${from + index}`);

  it("begin with what is there, and go on with what comes", async () => {
    const id = freshId();
    const after = await endOf(server, texts);
    await emit(id, 3);
    const stream = await openStream(server, `${texts}?after=${after}`);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(stream.response.headers.get("cache-control")).toBe("no-store");
    expect(valuesOf(await stream.take(3))).toEqual(numbered(id, 1, 3));
    await emit(id, 250);
    expect(valuesOf(await stream.take(250))).toEqual(numbered(id, 4, 253));
    await stream.close();
  });

  it("go on after Last-Event-ID, whatever the query says", async () => {
    const id = freshId();
    const after = await endOf(server, texts);
    await emit(id, 5);
    const first = await openStream(server, `${texts}?after=${after}`);
    const [, , third] = await first.take(3);
    await first.close();
    const headers = { "last-event-id": third?.cursor ?? "" };
    const second = await openStream(server, `${texts}?after=${after}`, headers);
    expect(valuesOf(await second.take(2))).toEqual(numbered(id, 4, 5));
    await second.close();
  });

  it.skipIf(behindProxy)(
    "have no gap and no record twice for who comes back again and again",
    async () => {
      const id = freshId();
      let cursor = await endOf(server, texts);
      const count = 2_000;
      const produced = (async () => {
        for (let sent = 0; sent < count; sent += 20) await emit(id, 20);
      })();
      const values: unknown[] = [];
      while (values.length < count) {
        const stream = await openStream(server, texts, { "last-event-id": cursor });
        const wanted = Math.min(count - values.length, 1 + Math.floor(Math.random() * 300));
        const records = await stream.take(wanted);
        values.push(...valuesOf(records));
        cursor = records.at(-1)?.cursor ?? cursor;
        await stream.close();
      }
      await produced;
      expect(values).toEqual(numbered(id, 1, count));
    },
  );

  it("give many readers the same", async () => {
    const id = freshId();
    const after = await endOf(server, texts);
    const streams = await Promise.all(
      Array.from({ length: 100 }, () => openStream(server, `${texts}?after=${after}`)),
    );
    for (let round = 0; round < 5; round++) await emit(id, 30);
    for (const stream of streams) {
      expect(valuesOf(await stream.take(150))).toEqual(numbered(id, 1, 150));
    }
    await Promise.all(streams.map((stream) => stream.close()));
  });

  it("are refused like pages", async () => {
    const accept = { accept: "text/event-stream" };
    const hidden = await ask(server, "/egresses/http/hidden", { headers: accept });
    await refused(hidden, 404, "unknown_egress");
    const headers = { ...accept, "last-event-id": "x" };
    await refused(await ask(server, `/egresses/${texts}`, { headers }), 400, "invalid_argument");
    const outside = await fetch(`${server()}/egresses/${texts}`, { headers: accept });
    await refused(outside, 401, "unauthenticated");
  });

  describe("let go", () => {
    // More than may be open at one time: those that ended do not count.
    const count = 1_200;

    it.skipIf(behindProxy)("of readers that go away", async () => {
      for (let opened = 0; opened < count; opened += 100) {
        const some = Array.from({ length: 100 }, async () => {
          const stream = await openStream(server, `${texts}?after=9007199254740991`);
          expect(stream.response.status).toBe(200);
          await stream.close();
        });
        await Promise.all(some);
      }
    });

    it.skipIf(behindProxy)("of those who only ask for the head", async () => {
      for (let opened = 0; opened < count; opened += 100) {
        const some = Array.from({ length: 100 }, async () => {
          const headers = { accept: "text/event-stream" };
          const response = await ask(server, `/egresses/${texts}`, { method: "HEAD", headers });
          expect(response.status).toBe(200);
          await response.arrayBuffer();
        });
        await Promise.all(some);
      }
      const stream = await openStream(server, texts);
      expect(stream.response.status).toBe(200);
      await stream.close();
    });
  });
}
