import { describe, expect, it } from "vitest";
import { asJson, ask, call, freshId, post, refused, type Server, send, wait } from "./client.ts";

export function registerKeys(server: Server, burst: number): void {
  const to = (id = freshId()) => `/functions/http/counter/${id}`;
  const keyed = (key: string) => ({ "idempotency-key": key });
  const total = async (path: string) => Object(await call(server, path, { amount: 0 })).total;

  it("let a message in once, and repeat its receipt", async () => {
    const path = to();
    const first = await send(server, path, { amount: 1 }, keyed("k"));
    expect(first.duplicate).toBe(false);
    const again = await send(server, path, { amount: 1 }, keyed("k"));
    expect(again).toEqual({ id: first.id, duplicate: true });
    expect(await total(path)).toBe(1);
  });

  it("let one of many in that come at the same time", async () => {
    const path = to();
    const receipts = await Promise.all(
      Array.from({ length: burst }, () => send(server, path, { amount: 1 }, keyed("k"))),
    );
    expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);
    expect(await total(path)).toBe(1);
  });

  it("give many calls of one key the one reply", async () => {
    const path = to();
    const replies = await Promise.all(
      Array.from({ length: burst }, () => call(server, path, { amount: 1 }, keyed("k"))),
    );
    expect(replies.every((reply) => Object(reply).total === 1)).toBe(true);
    expect(await total(path)).toBe(1);
  });

  it("refuse another message, whoever sends it first", async () => {
    const path = to();
    await send(server, path, { amount: 1 }, keyed("k"));
    const other = { headers: { ...asJson, ...keyed("k") }, body: '{"amount":2}' };
    await refused(await post(server, path, other), 409, "idempotency_conflict");
    const called = { headers: { ...asJson, ...keyed("k"), ...wait(5) }, body: '{"amount":1}' };
    await refused(await post(server, path, called), 409, "idempotency_conflict");
    expect(await total(path)).toBe(1);
  });

  it("do not mind the headers of a trace, which differ from try to try", async () => {
    const path = to();
    const traced = (trace: string) => ({ ...keyed("k"), traceparent: trace });
    const first = await send(server, path, { amount: 1 }, traced("00-aa-bb-01"));
    const again = await send(server, path, { amount: 1 }, traced("00-aa-cc-01"));
    expect(again).toEqual({ id: first.id, duplicate: true });
  });

  it("belong to an instance: another one may use the same", async () => {
    await send(server, to(), { amount: 1 }, keyed("same"));
    const other = await send(server, to(), { amount: 1 }, keyed("same"));
    expect(other.duplicate).toBe(false);
  });

  describe("are bytes", () => {
    it.each<[string, string]>([
      ["of the longest length", "k".repeat(1_024)],
      ["with blanks and signs", 'a b "c" {}; =,/\\%00'],
      ["of UTF-8", Buffer.from("é🙂").toString("latin1")],
      ["of no UTF-8", "\xff\xfe"],
      ["that are a name of an object", "__proto__"],
    ])("%s", async (_, key) => {
      const path = to();
      const first = await send(server, path, { amount: 1 }, keyed(key));
      expect(first.duplicate).toBe(false);
      expect(await send(server, path, { amount: 1 }, keyed(key))).toMatchObject({
        duplicate: true,
      });
    });

    it("distinguish keys that are alike", async () => {
      const path = to();
      for (const key of ["k", "K", "k%20", "k k"]) {
        const { duplicate } = await send(server, path, { amount: 1 }, keyed(key));
        expect(duplicate).toBe(false);
      }
    });

    it("are refused when they are too long, or none", async () => {
      for (const key of ["k".repeat(1_025), ""]) {
        const init = { headers: { ...asJson, ...keyed(key) }, body: '{"amount":1}' };
        await refused(await post(server, to(), init), 400, "invalid_argument");
      }
    });

    it("are refused when they are the engine's own, as those of calls that operators make", async () => {
      for (const key of ["statefun/admin k", "statefun/"]) {
        for (const more of [{}, wait(5)]) {
          const init = { headers: { ...asJson, ...keyed(key), ...more }, body: '{"amount":1}' };
          await refused(await post(server, to(), init), 400, "invalid_argument");
        }
      }
      const { duplicate } = await send(server, to(), { amount: 1 }, keyed("statefun"));
      expect(duplicate).toBe(false);
    });
  });

  it("leave the server as it was", async () => {
    expect((await ask(server, "/health")).status).toBe(200);
  });
}
