import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Observer, requestReplyHandler, type StatefulFunctions } from "statefun";

/** Our own functions on a port of their own, as somebody else's runtime would reach them. */
export interface HandlerServer {
  readonly url: string;
  readonly errors: unknown[];
  requests(): number;
  /** Ends at once, in the middle of whatever it does. */
  close(): Promise<void>;
  /** Serves these from now on, on the same port. */
  open(functions: StatefulFunctions): Promise<void>;
}

export async function handlerServer(
  functions: StatefulFunctions,
  observer?: Observer,
): Promise<HandlerServer> {
  const errors: unknown[] = [];
  const sockets = new Set<Socket>();
  let port = 0;
  let requests = 0;
  let server: Server | undefined;
  const open = async (served: StatefulFunctions): Promise<void> => {
    const onError = (error: unknown) => void errors.push(error);
    const handle = requestReplyHandler(served, { onError, observer });
    const started = createServer(async (request, response) => {
      requests++;
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of request) chunks.push(chunk);
      } catch {
        // Its connection was ended.
        return;
      }
      const { method = "", url = "", headers } = request;
      const body = Buffer.concat(chunks);
      const init = { method, headers: headers as Record<string, string>, body };
      const answer = await handle(new Request(`http://far${url}`, init));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(new Uint8Array(await answer.arrayBuffer()));
    });
    started.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => started.listen(port, "127.0.0.1", resolve));
    port = (started.address() as AddressInfo).port;
    server = started;
  };
  await open(functions);
  return {
    get url() {
      return `http://127.0.0.1:${port}/`;
    },
    errors,
    requests: () => requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      const ending = server;
      server = undefined;
      if (ending !== undefined) await new Promise((resolve) => ending.close(resolve));
    },
    open,
  };
}
