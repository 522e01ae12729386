import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

/** A request as it came. */
export interface Received {
  readonly path: string;
  readonly key: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  /** In order of arrival. */
  readonly received: readonly Received[];
  readonly bodies: () => readonly string[];
  /** The most requests that were open at one time. */
  readonly most: () => number;
}

/** Answers the request, or does something worse. `count` is how many came with this key, this one included. */
export type Answer = (response: ServerResponse, received: Received, count: number) => void;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Something that is closed when the test is over, before what was opened earlier. */
export function closing(close: () => Promise<void>): void {
  open.push(close);
}

export const fine: Answer = (response) => void response.writeHead(204).end();

/** A real receiver of records that fails as the test wants. */
export async function receiver(answer: Answer = fine): Promise<Receiver> {
  const received: Received[] = [];
  let running = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++running);
    response.once("close", () => running--);
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const { url: path = "", headers } = request;
    const one = { path, key: String(headers["idempotency-key"]), headers, body };
    received.push(one);
    answer(response, one, received.filter(({ key }) => key === one.key).length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    bodies: () => received.map(({ body }) => body),
    most: () => most,
  };
}
