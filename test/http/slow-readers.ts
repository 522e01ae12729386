import { expect, it } from "vitest";
import { type RawClient, rawClient } from "../contract/socket.ts";
import { asJson, credentials, freshId, post, type Server, wait } from "./client.ts";
import { endOf, openStream } from "./events.ts";

/** Opens a stream, and reads nothing of it. */
async function sleeper(server: Server, path: string): Promise<RawClient> {
  const client = await rawClient(server());
  client.socket.pause();
  const { authorization } = credentials;
  await client.write(
    `GET /egresses/${path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: ${authorization}\r\n\r\n`,
  );
  return client;
}

export function registerSlowReaders(server: Server): void {
  const call = async (name: string, value: number) => {
    const path = `/functions/http/${name}/${freshId()}`;
    const headers = { ...asJson, "statefun-type": "io.statefun.types/int", ...wait(30) };
    const response = await post(server, path, { headers, body: String(value) });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
  };

  it("of a stream cost nobody else anything", async () => {
    const after = await endOf(server, "http/texts");
    const calls = async () => {
      for (let count = 0; count < 50; count++) await call("large", 50_000);
    };
    await calls();
    const sleepers = await Promise.all(
      Array.from({ length: 50 }, () => sleeper(server, `http/texts?after=${after}`)),
    );
    const awake = await openStream(server, `http/texts?after=${after}`);
    // A wait for the readers would have no end.
    await calls();
    const [first, ...others] = await awake.take(100);
    expect(others.length).toBe(99);
    await awake.close();
    // A reader that wakes up has missed nothing.
    const [late] = sleepers;
    late?.socket.resume();
    await late?.until(new RegExp(`"id":"${others.at(-1)?.id}"`));
    expect(late?.received()).toContain(`id: ${first?.cursor}\n`);
    for (const client of sleepers) client.destroy();
  });
}
