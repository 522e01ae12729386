import { address } from "statefun";
import { describe, expect, it } from "vitest";
import { rawClient } from "../contract/socket.ts";
import { http } from "./app.ts";
import { asJson, ask, credentials, post, refused, wait } from "./client.ts";
import { openStream } from "./events.ts";
import { onNode as start } from "./on-node.ts";

const int = { ...asJson, "statefun-type": "io.statefun.types/int" };

const ways = [
  ["a runtime that closes", http],
  // No `Request` is made of what it is asked.
  ["an open runtime that closes", { ...http, authenticate: "none" }],
] as const;

describe.each(ways)("%s", (_, access) => {
  const onNode = () => start({ http: access });

  it("takes nothing more, and says so to probes, while it finishes", async () => {
    const { server, runtime } = await onNode();
    const running = post(server, "/functions/http/late/1", {
      headers: { ...int, ...wait(20) },
      body: "2000",
    });
    const late1 = address("http/late", "1");
    await expect.poll(async () => (await runtime.instance(late1)).mailbox.length).toBe(1);
    const closed = runtime.close();
    const draining = await fetch(`${server()}/health`, { headers: credentials });
    expect(draining.status).toBe(503);
    expect(draining.headers.get("retry-after")).toBe("1");
    expect(await draining.json()).toMatchObject({ status: "draining", engine: "embedded" });
    const late = await post(server, "/functions/http/counter/1", {
      headers: asJson,
      body: '{"amount":1}',
    });
    await refused(late, 503, "draining");
    expect((await running).status).toBe(200);
    await closed;
    const after = await post(server, "/functions/http/counter/1", {
      headers: asJson,
      body: '{"amount":1}',
    });
    await refused(after, 503, "draining");
    expect((await fetch(`${server()}/health`)).status).toBe(503);
  });

  it("answers calls that nobody will answer any more", async () => {
    const { server, runtime } = await onNode();
    const headers = { "content-type": "text/plain", ...wait(60) };
    const waiting = post(server, "/functions/http/silent/1", { headers, body: "x" });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await runtime.close();
    await refused(await waiting, 503, "draining");
  });

  it("ends the event streams, those at rest and those that are being read", async () => {
    const { server, runtime } = await onNode();
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => openStream(server, "http/texts")),
    );
    await post(server, "/functions/http/emitter/1", { headers: int, body: "50" });
    for (const stream of streams.slice(10)) await stream.take(10);
    await runtime.close();
    await Promise.all(streams.map((stream) => stream.ended()));
    const response = await ask(server, "/egresses/http/texts");
    expect(response.status).toBe(503);
    const again = await openStream(server, "http/texts");
    await again.ended();
  });

  it("does not wait for a reader that reads nothing", async () => {
    const { server, runtime } = await onNode();
    await post(server, "/functions/http/large/1", {
      headers: { ...int, ...wait(20) },
      body: "90000",
    });
    const client = await rawClient(server());
    client.socket.pause();
    const { authorization } = credentials;
    await client.write(
      `GET /egresses/http/texts HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\nauthorization: ${authorization}\r\n\r\n`,
    );
    for (let count = 0; count < 100; count++) {
      await post(server, `/functions/http/large/${count}`, {
        headers: { ...int, ...wait(20) },
        body: "90000",
      });
    }
    const started = performance.now();
    await runtime.close({ drainMs: 600_000 });
    // After half a minute such a reader is given up whatever happens.
    expect(performance.now() - started).toBeLessThan(29_000);
    client.destroy();
  });
});
