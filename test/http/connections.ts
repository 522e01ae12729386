import { describe, expect, it } from "vitest";
import { chunk, lastChunk, type RawClient, rawClient } from "../contract/socket.ts";
import { call, credentials, expectAlive, freshId, type Server } from "./client.ts";

const chunked = { "transfer-encoding": "chunked" };

export function registerConnections(server: Server): void {
  const alive = () => expectAlive(server);
  const head = (path: string, headers: Readonly<Record<string, string | number>>) => {
    const all = {
      host: "localhost",
      ...credentials,
      "content-type": "application/json",
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  };
  const counter = (id = freshId()) => `/functions/http/counter/${id}`;
  const total = async (path: string) => Object(await call(server, path, { amount: 0 })).total;
  const tooLarge = /^HTTP\/1\.1 413 [\s\S]*maxMessageBytes/;

  /** A reset overtakes an answer on a busy machine: such a connection is tried again. */
  const answerTo = async (talk: (client: RawClient) => Promise<unknown>): Promise<string> => {
    let received = "";
    for (let attempt = 0; attempt < 10 && received === ""; attempt++) {
      const client = await rawClient(server());
      await talk(client);
      received = client.received();
      client.destroy();
    }
    return received;
  };

  describe("with more than maxMessageBytes", () => {
    it("are refused by their Content-Length, before the body comes", async () => {
      const client = await rawClient(server());
      await client.write(head(counter(), { "content-length": 100_001 }));
      expect(await client.until(/maxMessageBytes/)).toMatch(tooLarge);
      client.destroy();
      await alive();
    });

    it("are refused without one, while the body is being sent", async () => {
      const piece = chunk(new Uint8Array(16_384).fill(0x20));
      const received = await answerTo(async (client) => {
        await client.write(head(counter(), chunked));
        let sent = 0;
        while (!/maxMessageBytes/.test(client.received()) && !client.isGone() && sent < 2 ** 29) {
          await client.write(piece);
          sent += piece.length;
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(sent).toBeLessThan(2 ** 28);
      });
      expect(received).toMatch(tooLarge);
      await alive();
    });
  });

  it("that break off in the middle of a body send nothing", async () => {
    const path = counter();
    const body = '{"amount":1}';
    for (let count = 0; count < 20; count++) {
      const client = await rawClient(server());
      const headers = count % 2 === 0 ? { "content-length": body.length + 10 } : chunked;
      await client.write(head(path, headers));
      // What came is a whole message already: only its end is missing.
      await client.write(count % 2 === 0 ? body : chunk(Buffer.from(body)));
      if (count % 4 < 2) client.destroy();
      else client.socket.end();
      if (count % 4 >= 2) expect(await client.until(/\r\n\r\n/)).not.toMatch(/^HTTP\/1\.1 2/);
      client.destroy();
    }
    expect(await total(path)).toBe(0);
  });

  it("read no more than a Content-Length that says too little", async () => {
    const path = counter();
    const client = await rawClient(server());
    await client.write(`${head(path, { "content-length": 12 })}{"amount":1}{"amount":5}`);
    // A parser that sees the rest first refuses all of it: that is no request.
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 (202|400) /);
    client.destroy();
    expect(await total(path)).toBeLessThanOrEqual(1);
  });

  it("take a body that comes byte by byte", async () => {
    const path = counter();
    const client = await rawClient(server());
    await client.write(head(path, { ...chunked, prefer: "wait=20", connection: "close" }));
    for (const byte of Buffer.from('{"amount":4}')) await client.write(chunk(Uint8Array.of(byte)));
    await client.write(lastChunk);
    expect(await client.until(/"total"/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"total":4/);
    client.destroy();
  });

  it("that are no HTTP are nothing", async () => {
    for (const text of ["hello\r\n\r\n", "GET\r\n\r\n", "\0\0\0\0", "POST / HTTP/9.9\r\n\r\n"]) {
      const client = await rawClient(server());
      await client.write(text);
      client.socket.end();
      await client.until(/\r\n\r\n/);
      expect(client.received()).not.toMatch(/^HTTP\/1\.1 2/);
      client.destroy();
    }
    await alive();
  });

  it("that go away while a call waits leave nothing behind", async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => rawClient(server())));
    for (const client of clients) {
      const type = { "content-type": "text/plain", prefer: "wait=60", "content-length": 1 };
      await client.write(`${head(`/functions/http/silent/${freshId()}`, type)}x`);
      client.destroy();
    }
    await alive();
  });
}
