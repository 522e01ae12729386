import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { closing } from "./app.ts";

export type Listener = (asked: IncomingMessage, response: ServerResponse) => void;

/** A server that answers as it likes, until the test is over. */
export async function serverOf(listener: Listener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy of a server. `onAnswer` hears of each answer before it goes on, and says whether it does. */
export function proxyOf(
  url: string,
  onAnswer: (asked: IncomingMessage) => boolean | Promise<boolean>,
): Promise<string> {
  return serverOf((asked, response) => {
    const { method, headers } = asked;
    const inner = request(`${url}${asked.url}`, { ...{ method, headers } }, async (answer) => {
      if (!(await onAnswer(asked))) {
        answer.resume();
        asked.socket.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    inner.on("error", () => asked.socket.destroy());
    asked.pipe(inner);
  });
}
