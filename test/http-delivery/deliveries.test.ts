import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpDelivery } from "statefun/http";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { mixed, orders, started } from "./application.ts";
import { closing, fine, receiver } from "./receiver.ts";

const orderOf = (n: number): string => JSON.stringify({ n });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => orderOf(index + 1));

describe("records", () => {
  it("come one by one and in their order, each with a key of its own", async () => {
    const { url, received, bodies, most } = await receiver();
    const { runtime, seller } = await started(httpDelivery(orders, { url: `${url}/hook?a=b` }));
    await runtime.send(seller.at("1"), 250);
    await expect.poll(() => received.length).toBe(250);
    expect(bodies()).toEqual(upTo(250));
    expect(most()).toBe(1);
    expect(new Set(received.map(({ key }) => key)).size).toBe(250);
    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(["/hook?a=b"]));
  });

  it("are in the form of their type, with the headers that HTTP can carry", async () => {
    const { url, received } = await receiver();
    const headers = { authorization: "Bearer a", "idempotency-key": "mine" };
    const { runtime, kinds } = await started(httpDelivery(mixed, { url, headers }));
    await runtime.send(kinds.at("1"), "x");
    await expect.poll(() => received.length).toBe(3);
    const [text, order, bytes] = received;
    const type = (name: string, media: string) => ({
      "content-type": media,
      "statefun-type": name,
      authorization: "Bearer a",
    });
    expect(text?.headers).toMatchObject(
      type("io.statefun.types/string", "text/plain; charset=utf-8"),
    );
    expect(text?.body).toBe("é 🙂");
    expect(order?.headers).toMatchObject(type("egress/Order", "application/json"));
    expect(order?.body).toBe(orderOf(1));
    expect(bytes?.headers).toMatchObject(type("egress/blob", "application/octet-stream"));
    expect(bytes?.body).toBe("AB");
    expect(text?.headers).toMatchObject({
      "statefun-header-tenant": Buffer.from("é").toString("latin1"),
      "statefun-header-%55pper": "1",
      traceparent: "00-1",
    });
    const names = Object.keys(text?.headers ?? {});
    expect(names.filter((name) => /none|broken/.test(name))).toEqual([]);
    // The id of the record is what a receiver goes by: nothing else may take its place.
    expect(received.map(({ key }) => key)).not.toContain("mine");
  });

  it("go where a function of the value says", async () => {
    const { url, received } = await receiver();
    const to = httpDelivery(orders, { url: ({ to }) => `${url}/${to}` });
    const { runtime, one } = await started(to);
    for (const name of ["a", "b", "a"]) await runtime.send(one.at("1"), { n: 1, to: name });
    await expect.poll(() => received.length).toBe(3);
    expect(received.map(({ path }) => path)).toEqual(["/a", "/b", "/a"]);
  });

  it("of an egress wait for one another, and those of another do not", async () => {
    const stuck = await receiver((response) => void response.writeHead(503).end());
    const free = await receiver();
    const first = await started(httpDelivery(orders, { url: stuck.url }));
    const second = await started(httpDelivery(orders, { url: free.url }));
    await first.runtime.send(first.seller.at("1"), 3);
    await second.runtime.send(second.seller.at("1"), 3);
    await expect.poll(() => free.bodies()).toEqual(upTo(3));
    expect(new Set(stuck.bodies())).toEqual(new Set([orderOf(1)]));
  });
});

describe("over a restart", () => {
  it("a record that was not taken comes again, under its key, before those behind it", async () => {
    let isUp = false;
    const { url, received } = await receiver((response, one, count) => {
      if (isUp || one.body === orderOf(1)) return fine(response, one, count);
      response.writeHead(503).end();
    });
    const directory = mkdtempSync(join(tmpdir(), "statefun-http-egress-"));
    closing(async () => rmSync(directory, { recursive: true, force: true }));
    const store = sqliteStore(join(directory, "store.db"));
    const first = await started(httpDelivery(orders, { url }), { store });
    await first.runtime.send(first.seller.at("1"), 3);
    await expect.poll(() => received.length).toBeGreaterThan(3);
    await first.runtime.close({ drainMs: 0 });
    const before = [...received];
    isUp = true;
    const second = await started(httpDelivery(orders, { url }), { store });
    const last = () => received.at(-1)?.body;
    await expect.poll(last).toBe(orderOf(3));
    await second.runtime.idle();
    const keys = (body: string) =>
      new Set(received.filter((one) => one.body === body).map(({ key }) => key));
    for (const body of upTo(3)) expect(keys(body).size).toBe(1);
    expect(before.filter(({ body }) => body === orderOf(2)).length).toBeGreaterThan(1);
    // As a receiver has them that drops what it knows by the key.
    const seen = new Map(received.map(({ key, body }) => [key, body]));
    expect([...seen.values()]).toEqual(upTo(3));
    await second.runtime.close({ drainMs: 0 });
  });
});
