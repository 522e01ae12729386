import { describe, expect, it } from "vitest";
import {
  asJson,
  ask,
  asText,
  call,
  freshId,
  post,
  refused,
  type Server,
  send,
  taken,
  wait,
} from "./client.ts";
import { endOf, type ReadRecord, readPage } from "./events.ts";

const int = { "statefun-type": "io.statefun.types/int" };

export function registerRecords(server: Server): void {
  const emit = (id: string, count: number) =>
    post(server, `/functions/http/emitter/${id}`, {
      headers: { ...asJson, ...int, ...wait(20) },
      body: String(count),
    }).then((response) => response.arrayBuffer());

  it("are read in their order, page by page, and go on with what comes later", async () => {
    const id = freshId();
    let next = await endOf(server, "http/texts");
    await emit(id, 25);
    const values: unknown[] = [];
    for (let page = 0; page < 4; page++) {
      const read = await readPage(server, "http/texts", `?after=${next}&limit=10`);
      expect(read.records).toHaveLength([10, 10, 5, 0][page] ?? 0);
      // Of an empty page too it is where to go on.
      expect(read.next).toBe(read.records.at(-1)?.cursor ?? next);
      next = read.next;
      values.push(...read.records.map(({ value }) => value));
    }
    expect(values).toEqual(Array.from({ length: 25 }, (_, index) => `${id} ${index + 1}`));
    await emit(id, 1);
    const [last, ...others] = (await readPage(server, "http/texts", `?after=${next}`)).records;
    expect(last?.value).toBe(`${id} 26`);
    expect(others).toEqual([]);
  });

  it("can be read again: reading takes nothing away", async () => {
    const after = await endOf(server, "http/texts");
    await emit(freshId(), 3);
    const first = await readPage(server, "http/texts", `?after=${after}`);
    expect(first.records).toHaveLength(3);
    expect(await readPage(server, "http/texts", `?after=${after}`)).toEqual(first);
  });

  it("say who emitted them, and have ids that are unique", async () => {
    const id = `a/é🙂 ${freshId()}`;
    const after = await endOf(server, "http/totals");
    await call(server, `/functions/http/counter/${encodeURIComponent(id)}`, { amount: 1 });
    await call(server, `/functions/http/counter/${encodeURIComponent(id)}`, { amount: 1 });
    const { records } = await readPage(server, "http/totals", `?after=${after}`);
    const from = { typename: "http/counter", id };
    expect(records.map((record) => record.from)).toEqual([from, from]);
    expect(records.map(({ value }) => Object(value).total)).toEqual([1, 2]);
    expect(new Set(records.map((record) => record.id)).size).toBe(2);
  });

  it("are shown by their kind, with their headers", async () => {
    const after = await endOf(server, "http/mixed");
    const path = `/functions/http/kinds/${freshId()}`;
    await taken(await post(server, path, { headers: asText, body: "x" }));
    const read = async () => (await readPage(server, "http/mixed", `?after=${after}`)).records;
    await expect.poll(async () => (await read()).length).toBe(6);
    const shown = ({ typename, value, base64 }: ReadRecord) => [typename, value ?? base64];
    const records = await read();
    expect(records.map(shown)).toEqual([
      ["io.statefun.types/string", "é 🙂"],
      ["io.statefun.types/int", -7],
      ["io.statefun.types/long", "9007199254740993"],
      ["io.statefun.types/double", "NaN"],
      ["http/Note", { deep: [1, { two: null }] }],
      ["http/blob", "AP8="],
    ]);
    expect(records[0]?.headers).toEqual([
      { name: "a", value: "1" },
      { name: "a", value: null },
    ]);
    for (const { headers } of records.slice(1)) expect(headers).toEqual([]);
  });

  describe("that are hostile", () => {
    const relay = async (typename: string, body: BodyInit) => {
      const headers = { "content-type": "application/octet-stream", "statefun-type": typename };
      await taken(await post(server, "/functions/http/relay/1", { headers, body }));
    };

    it("stop nobody from reading those around them", async () => {
      const after = await endOf(server, "http/mixed");
      const bodies: readonly [string, BodyInit][] = [
        ["http/Note", "1"],
        ["http/Note", `${"[".repeat(49_000)}${"]".repeat(49_000)}`],
        ["http/Note", "1e999"],
        ["http/Note", '{"__proto__":1}'],
        ["http/Note", '"\\ud800\\u2028 data: x\\n\\nid: 7"'],
        ["http/blob", Uint8Array.of(10, 10)],
        ["http/Note", "2"],
      ];
      for (const [typename, body] of bodies) await relay(typename, body);
      const read = async () => (await readPage(server, "http/mixed", `?after=${after}`)).records;
      await expect.poll(async () => (await read()).length).toBe(7);
      const [one, deep, huge, own, text, blob, two] = await read();
      expect([one?.value, two?.value]).toEqual([1, 2]);
      // What JSON cannot say again is shown by its bytes, and nothing is lost.
      expect(Buffer.from(deep?.base64 ?? "", "base64").length).toBe(98_000);
      expect(Buffer.from(huge?.base64 ?? "", "base64").toString()).toBe("1e999");
      expect(JSON.stringify(own?.value)).toBe('{"__proto__":1}');
      expect(text?.value).toBe("\ud800\u2028 data: x\n\nid: 7");
      expect(blob?.base64).toBe("Cgo=");
    });
  });

  it.each([
    "?limit=0",
    "?limit=1001",
    "?limit=-1",
    "?limit=x",
    "?limit=",
    "?limit=1.5",
    "?after=x",
    "?after=-1",
    "?after=",
    "?after=99999999999999999",
    "?after=1e3",
  ])("are refused with a query that nobody gave: %s", async (query) => {
    const response = await ask(server, `/egresses/http/texts${query}`);
    await refused(response, 400, "invalid_argument");
  });

  it("are none after a cursor that is yet to come", async () => {
    const page = await readPage(server, "http/texts", "?after=9007199254740991");
    expect(page).toEqual({ records: [], next: "9007199254740991" });
    await send(server, `/functions/http/counter/${freshId()}`, { amount: 1 });
  });
}
