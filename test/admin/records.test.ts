import { describe, expect, it } from "vitest";
import { type Answered, cart, start } from "./app.ts";

describe("GET /admin/records", () => {
  it("pages through all records of one egress, with their senders and values", async () => {
    const { runtime, read } = await start();
    for (let n = 1; n <= 5; n += 1) await runtime.send(cart.at(`c${n}`), { item: "pen", count: n });
    await runtime.idle();
    const found: unknown[] = [];
    let after = "0";
    for (;;) {
      const page = await read(`/admin/records?egress=ops/records&limit=2&after=${after}`, {
        as: "reader",
      });
      if (page.records.length === 0) break;
      found.push(...page.records);
      after = page.next;
    }
    expect(found).toMatchObject(
      [1, 2, 3, 4, 5].map((n) => ({
        from: { typename: "ops/cart", id: `c${n}` },
        message: { typename: "ops/Order", value: { item: "pen", count: n }, headers: [] },
      })),
    );
  });

  it("goes back from the newest", async () => {
    const { runtime, read } = await start();
    for (let n = 1; n <= 70; n += 1) await runtime.send(cart.at("1"), { item: "pen", count: n });
    await runtime.idle();
    const counts: number[] = [];
    let query = "";
    for (;;) {
      const page = await read(`/admin/records?egress=ops/records&order=newest&limit=33${query}`);
      counts.push(...page.records.map((one: Answered) => one.message.value.count));
      if (page.next === "0") break;
      query = `&after=${page.next}`;
    }
    expect(counts).toEqual(Array.from({ length: 70 }, (_, n) => 70 - n));
    const { next } = await read("/admin/records?egress=ops/records&order=newest&after=0");
    expect(next).toBe("0");
  });

  it("shows a large record by its beginning, and `value?of=record` has all of it", async () => {
    const { runtime, read, ask } = await start();
    await runtime.send(cart.at("1"), { item: "x".repeat(100_000), count: 1 });
    await runtime.idle();
    const { records } = await read("/admin/records?egress=ops/records");
    const [{ cursor, message }] = records;
    expect(message).toMatchObject({ size: expect.any(Number), preview: expect.any(String) });
    const value = await ask(`/admin/value?of=record&egress=ops/records&cursor=${cursor}`);
    expect((await value.text()).length).toBe(message.size);
  });

  it("has a page for no more than an answer may have", async () => {
    const { runtime, ask, read } = await start();
    for (let n = 0; n < 40; n += 1)
      await runtime.send(cart.at("1"), { item: "x".repeat(3_000), count: 1 });
    await runtime.idle();
    const response = await ask("/admin/records?egress=ops/records&limit=1000");
    expect(Number((await response.text()).length)).toBeLessThan(1_048_576);
    const all = await read("/admin/records?egress=ops/records&limit=1000");
    expect(all.records).toHaveLength(40);
  });

  it("knows kept egresses alone", async () => {
    const { ask } = await start();
    for (const name of ["ops/undelivered", "ops/none", "", "__proto__"]) {
      const response = await ask(`/admin/records?egress=${name}`);
      expect([name, response.status]).toEqual([name, 404]);
      expect(await response.json()).toMatchObject({ error: { code: "unknown_egress" } });
    }
  });
});
