import { int } from "statefun";
import { codecV3 } from "statefun/protocol";
import { expect, it } from "vitest";
import { batchOf, bodyOf, expectAlive, type Server, smallBatch, wireValue } from "./client.ts";
import { blob } from "./functions.ts";
import { chunk, head, lastChunk, type RawClient, rawClient } from "./socket.ts";

const refusedAsTooLarge = /^HTTP\/1\.1 413 [\s\S]*maxBodyBytes/;
const chunked = { "transfer-encoding": "chunked" };

export function registerConnections(server: Server): void {
  const alive = () => expectAlive(server);

  /**
   * What comes back when more is sent than the server reads. It closes with a reset then, which on a busy
   * machine overtakes the answer: such a connection is tried again. Each of them must end.
   */
  const answerTo = async (send: (client: RawClient) => Promise<void>): Promise<string> => {
    let received = "";
    for (let attempt = 0; attempt < 10 && received === ""; attempt++) {
      const client = await rawClient(server());
      await send(client);
      received = client.received();
      client.destroy();
    }
    return received;
  };

  it("refuses a Content-Length over the limit before the body comes", async () => {
    const client = await rawClient(server());
    await client.write(head("/small", { "content-length": 20_001 }));
    expect(await client.until(/maxBodyBytes/)).toMatch(refusedAsTooLarge);
    client.destroy();
    await alive();
  });

  it("refuses a chunked body that is larger than the limit", async () => {
    const received = await answerTo(async (client) => {
      await client.write(head("/small", chunked));
      for (let sent = 0; sent < 3; sent++) await client.write(chunk(new Uint8Array(10_000)));
      await client.write(lastChunk);
      await client.until(/maxBodyBytes/);
    });
    expect(received).toMatch(refusedAsTooLarge);
    await alive();
  });

  it("counts the bytes of a chunked body that has a Content-Length as well", async () => {
    const pieces = [10_000, 10_000, 10_000].map((size) => chunk(new Uint8Array(size)));
    for (const length of [5, 10_000, 19_999]) {
      const request = head("/small", { "content-length": length, ...chunked });
      const received = await answerTo(async (client) => {
        // In one write: most servers refuse the head already, since proxies disagree about it.
        await client.write(
          Buffer.concat([Buffer.from(request), ...pieces, Buffer.from(lastChunk)]),
        );
        await client.until(/\r\n\r\n/);
      });
      expect(received).toMatch(/^HTTP\/1\.1 4(13|00) /);
    }
    await alive();
  });

  it("refuses a chunked body that never ends, while it is being sent", async () => {
    const piece = chunk(new Uint8Array(16_384));
    const received = await answerTo(async (client) => {
      await client.write(head("/small", chunked));
      let sent = 0;
      // A server that read all of it without a limit would end this by its memory or the test's timeout.
      while (!/maxBodyBytes/.test(client.received()) && !client.isGone() && sent < 2 ** 30) {
        await client.write(piece);
        sent += piece.length;
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(sent).toBeLessThan(2 ** 28);
    });
    expect(received).toMatch(refusedAsTooLarge);
    await alive();
  });

  it("reads no more than a Content-Length that says too little", async () => {
    const client = await rawClient(server());
    const body = bodyOf(codecV3, smallBatch());
    await client.write(head("/auto", { "content-length": body.length - 5 }));
    await client.write(body);
    await client.write(new Uint8Array(1_000));
    expect(await client.until(/malformed_request/)).toMatch(/^HTTP\/1\.1 400 /);
    client.destroy();
    await alive();
  });

  it("does not answer for a Content-Length that says too much", async () => {
    const client = await rawClient(server());
    const body = bodyOf(codecV3, smallBatch());
    await client.write(head("/auto", { "content-length": body.length + 1_000 }));
    await client.write(body);
    // The end of what is sent: the rest will never come.
    client.socket.end();
    expect(await client.until(/\r\n\r\n/)).not.toMatch(/^HTTP\/1\.1 2/);
    client.destroy();
    await alive();
  });

  it("answers a body that comes byte by byte, in one chunk each", async () => {
    const client = await rawClient(server());
    const body = bodyOf(codecV3, smallBatch());
    await client.write(head("/auto", { ...chunked, connection: "close" }));
    for (const byte of body) await client.write(chunk(Uint8Array.of(byte)));
    await client.write(lastChunk);
    const response = await client.until(/contract/);
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(response).toMatch(/content-type: application\/octet-stream\r\n/i);
    client.destroy();
  });

  it("answers one request after the other on one connection", async () => {
    const client = await rawClient(server());
    const body = bodyOf(codecV3, smallBatch());
    // In one write: Deno 2.9.5 answers "connection: close" when a body comes later than its head.
    const requestHead = head("/auto", { "content-length": body.length });
    const request = Buffer.concat([Buffer.from(requestHead), body]);
    for (let answers = 1; answers <= 3; answers++) {
      await client.write(request);
      await client.until(new RegExp(`(HTTP/1\\.1 200 [\\s\\S]*?contract[\\s\\S]*?){${answers}}`));
      expect(client.isGone()).toBe(false);
    }
    client.destroy();
  });

  it("goes on when clients go away in the middle of a request", async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => rawClient(server())));
    for (const [index, client] of clients.entries()) {
      if (index % 2 === 0) await client.write(head("/auto", chunked));
      else await client.write(head("/auto", { "content-length": 5_000_000 }));
      await client.write(index % 4 < 2 ? "5\r\nhel" : chunk(new Uint8Array(100_000)));
      client.destroy();
    }
    await alive();
  });

  it("goes on when clients go away while the function runs", async () => {
    const body = bodyOf(codecV3, batchOf("contract/slow", [wireValue(int, 200)]));
    const clients = await Promise.all(Array.from({ length: 20 }, () => rawClient(server())));
    for (const client of clients) {
      await client.write(head("/auto", { "content-length": body.length }));
      await client.write(body);
      client.destroy();
    }
    await alive();
  });

  it("goes on when clients go away in the middle of a response", async () => {
    const large = wireValue(blob, new Uint8Array(4_000_000));
    const body = bodyOf(codecV3, batchOf("contract/echo", [large]));
    for (let count = 0; count < 5; count++) {
      const client = await rawClient(server());
      await client.write(head("/auto", { "content-length": body.length }));
      await client.write(body);
      await client.until(/^HTTP\/1\.1 200 /);
      client.destroy();
    }
    await alive();
  });
}
