import { createHash } from "node:crypto";
import { int } from "statefun";
import { expect, it } from "vitest";
import { asBytes, ask, freshId, operator, post, refused, type Server, taken } from "./client.ts";

const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

interface ShownMessage {
  readonly value?: unknown;
  readonly preview?: string;
  readonly digest?: string;
}

interface Letter {
  readonly id: string;
  readonly address: { readonly id: string };
  readonly message: ShownMessage;
}

interface Timer {
  readonly number: string;
  readonly message: ShownMessage;
}

/** What operators see of values that no list can hold. */
export function registerLargeValues(server: Server): void {
  const admin = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${server()}/admin${path}`, { method, headers: { ...operator, ...headers } });
  const read = async (path: string) => {
    const response = await admin(path);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(text.length).toBeLessThanOrEqual(1_048_576 + 200);
    return JSON.parse(text);
  };
  const fail = async (id: string, type: string, body: BodyInit) => {
    const path = `/functions/http/failing/${id}`;
    await taken(await post(server, path, { headers: asBytes(type), body }));
  };
  const lettersOf = async (id: string, limit = 1_000): Promise<Letter[]> => {
    const found: Letter[] = [];
    for (let after = "0"; ; ) {
      const { deadLetters, next } = await read(`/dead-letters?limit=${limit}&after=${after}`);
      if (deadLetters.length === 0) return found;
      found.push(...deadLetters.filter((one: Letter) => one.address.id === id));
      after = next;
    }
  };
  const lettersIn = (id: string, count: number) =>
    expect.poll(async () => (await lettersOf(id)).length).toBe(count);

  it("is a preview with its size and digest, and whole up to 4,096 bytes", async () => {
    const id = freshId();
    const [small, large] = ["x".repeat(4_096), `${"é🙂".repeat(700)}x`];
    const bytes = (text: string) => new TextEncoder().encode(text);
    await fail(id, "http/Note", bytes(JSON.stringify(small.slice(2))));
    await fail(id, "http/Note", bytes(JSON.stringify(large)));
    await lettersIn(id, 2);
    const [one, other] = (await lettersOf(id)).map(({ message }) => message);
    expect(one?.value).toBe(small.slice(2));
    const stored = bytes(JSON.stringify(large));
    expect(other).toEqual({
      typename: "http/Note",
      size: stored.length,
      digest: sha256(stored),
      preview: expect.any(String),
      headers: [],
    });
    expect(JSON.stringify(large).startsWith(other?.preview ?? "")).toBe(true);
    expect(bytes(other?.preview ?? "").length).toBeGreaterThan(196);
    expect(bytes(other?.preview ?? "").length).toBeLessThanOrEqual(200);
  });

  it("is had by itself, byte by byte, as nothing that a browser would run", async () => {
    const id = freshId();
    const html = `<script>alert(1)</script>${"\u0000é".repeat(5_000)}`;
    await fail(id, "http/Note", JSON.stringify(html));
    await lettersIn(id, 1);
    const [letter] = await lettersOf(id);
    const path = `/value?of=dead-letter&id=${letter?.id}`;
    const response = await admin(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="value"',
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "statefun-type": "http/Note",
      etag: `"${letter?.message.digest}"`,
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(JSON.parse(new TextDecoder().decode(bytes))).toBe(html);
    expect(sha256(bytes)).toBe(letter?.message.digest);
    const again = await admin(path, { "if-none-match": response.headers.get("etag") ?? "" });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const head = await admin(path, {}, "HEAD");
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([
      200,
      response.headers.get("etag"),
      "",
    ]);
    await refused(
      await admin(`/value?of=dead-letter&id=${Number.MAX_SAFE_INTEGER}`),
      404,
      "not_found",
    );
  });

  it("pages through more than one answer can hold, each item once", async () => {
    const id = freshId();
    const count = 400;
    // Each is shown whole, and takes six bytes a character.
    const body = JSON.stringify("\u0001".repeat(600));
    for (let n = 0; n < count; n++) await fail(id, "http/Note", body);
    await lettersIn(id, count);
    const letters = await lettersOf(id);
    expect(new Set(letters.map((one) => one.id)).size).toBe(count);
  });

  it("pages through a mailbox and timers, and gives each value by itself", async () => {
    const id = freshId();
    const text = (n: number) => `${n} `.repeat(3_000);
    const path = `/functions/http/failing/${id}`;
    for (let n = 0; n < 25; n++) {
      const headers = { "content-type": "text/plain", "statefun-delay-ms": "3600000" };
      await taken(await post(server, path, { headers, body: text(n) }));
    }
    const timers: Timer[] = [];
    let at = `/instances/http/failing/${id}?limit=10`;
    for (let pages = 0; ; pages++) {
      const page = await read(at);
      timers.push(...page.timers);
      if (page.next === undefined) break;
      expect(pages).toBeLessThan(10);
      at = `/instances/http/failing/${id}?limit=10&after=${page.next}`;
    }
    expect(timers.map(({ message }) => Number.parseInt(message.preview ?? "", 10))).toEqual(
      Array.from({ length: 25 }, (_, n) => n),
    );
    const query = { of: "timer", function: "http/failing", id, number: timers[7]?.number ?? "" };
    const value = await admin(`/value?${new URLSearchParams(query)}`);
    expect(await value.text()).toContain(text(7).trim());
    const others = { ...query, id: freshId() };
    await refused(await admin(`/value?${new URLSearchParams(others)}`), 404, "not_found");
  });

  it("gives a state by its name, and a kept record by its cursor", async () => {
    const id = freshId();
    const headers = { "content-type": "application/json", prefer: "wait=20" };
    const body = JSON.stringify({ amount: 4 });
    await (await post(server, `/functions/http/counter/${id}`, { headers, body })).text();
    const query = { of: "state", function: "http/counter", id, name: "total" };
    const state = await admin(`/value?${new URLSearchParams(query)}`);
    expect(new Uint8Array(await state.arrayBuffer())).toEqual(int.encode(4));
    const none = { ...query, name: "other" };
    await refused(await admin(`/value?${new URLSearchParams(none)}`), 404, "not_found");
    const { records } = await (await ask(server, "/egresses/http/totals?limit=1")).json();
    const [{ cursor, value }] = records;
    const record = await admin(`/value?of=record&egress=http%2Ftotals&cursor=${cursor}`);
    expect(await record.json()).toEqual(value);
    await refused(await admin("/value?of=record&egress=nobody%2Fknows&cursor=1"), 404, "not_found");
  });

  it("is there for a hundred who ask at one time", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => admin("/dead-letters?limit=20")),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      await answer.arrayBuffer();
    }
  });
}
