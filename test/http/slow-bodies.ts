import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { chunk, type RawClient, rawClient } from "../contract/socket.ts";
import { bodyTimeoutMs } from "./edge-app.ts";

/** A head of a request that announces more than will come. */
interface Unfinished {
  readonly name: string;
  readonly head: string;
  readonly first: string;
}

type Way = readonly [name: string, path: string, type: string, credentials: string];

const everyWay: readonly Way[] = [
  ["to a function", "/functions/http/silent/slow", "text/plain", "Bearer let-me-in"],
  ["whose credentials are a signature", "/functions/http/silent/slow", "text/plain", "Signed"],
  ["of a cluster", "/statefun", "application/octet-stream", "none"],
];

/** Where there are no credentials. */
export const openWay: readonly Way[] = everyWay.slice(0, 1);

const unfinishedOf = ([name, path, type, credentials]: Way): readonly Unfinished[] => {
  const head = (last: string) =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nAuthorization: ${credentials}\r\n${last}\r\n\r\n`;
  return [
    { name: `${name}, with a length`, head: head("Content-Length: 1000"), first: "x" },
    { name: `${name}, with a large length`, head: head("Content-Length: 90000"), first: "x" },
    { name: `${name}, in chunks`, head: head("Transfer-Encoding: chunked"), first: "1\r\nx\r\n" },
    { name: `${name}, without a byte`, head: head("Content-Length: 10"), first: "" },
  ];
};

/**
 * What becomes of requests whose body does not end, or hardly. `keepsConnections`: the platform closes no connection
 * while a body is being read, as Deno, and gives nobody else a way to.
 */
export function slowBodySuite(
  server: () => string,
  keepsConnections = false,
  ways: readonly Way[] = everyWay,
): void {
  const unfinished = ways.flatMap(unfinishedOf);
  const timed = async (talk: (client: RawClient) => Promise<void>) => {
    const client = await rawClient(server());
    const start = performance.now();
    await talk(client);
    const received = await client.until(/\r\n\r\n[\s\S]/);
    const tookMs = performance.now() - start;
    return { client, received, tookMs };
  };

  it.concurrent.each(unfinished.map((one) => [one.name, one] as const))(
    "answers 408 in time to a body %s, and ends the connection",
    async (_, { head, first }) => {
      const { client, received, tookMs } = await timed(async (one) => {
        await one.write(head + first);
      });
      expect(received).toMatch(/^HTTP\/1\.1 408 [\s\S]*(timed_out|bodyTimeoutMs)/);
      expect(tookMs).toBeGreaterThan(bodyTimeoutMs - 200);
      if (keepsConnections) return client.destroy();
      // Whoever stays is sent away: the rest would be taken for the next request.
      for (let waited = 0; waited < 100 && !client.isGone(); waited++) {
        await wait(50);
        await client.write("x");
      }
      expect(client.isGone()).toBe(true);
    },
  );

  it.concurrent("answers 408 in time to a body that trickles for ever", async () => {
    const { client, received } = await timed(async (one) => {
      await one.write(unfinished[2]?.head ?? "");
      while (!one.isGone() && one.received() === "") {
        await one.write(chunk(Buffer.from("x")));
        await wait(50);
      }
    });
    expect(received).toMatch(/^HTTP\/1\.1 408 [\s\S]*(timed_out|bodyTimeoutMs)/);
    client.destroy();
  });

  it("waits for no body that nobody asks for", async () => {
    const withoutCredentials =
      "POST /functions/http/silent/slow HTTP/1.1\r\nContent-Type: text/plain";
    const heads = [
      ...(ways === everyWay ? [withoutCredentials] : []),
      "POST /functions/http/nobody/slow HTTP/1.1\r\nAuthorization: Bearer let-me-in",
      "GET /health HTTP/1.1",
      "POST /statefun HTTP/1.1\r\nContent-Type: text/plain",
    ];
    for (const head of heads) {
      const { client, received } = await timed(async (one) => {
        await one.write(`${head}\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx`);
      });
      expect(received, head).not.toMatch(/^HTTP\/1\.1 408 |timed_out/);
      client.destroy();
    }
  });

  it("takes a body that comes slowly, but in time", async () => {
    const { client, received } = await timed(async (one) => {
      await one.write(unfinished[0]?.head.replace("1000", "5") ?? "");
      for (let sent = 0; sent < 5; sent++) {
        await wait(100);
        await one.write("x");
      }
    });
    expect(received).toMatch(/^HTTP\/1\.1 202 /);
    client.destroy();
  });
}
