import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Completed, codecV2, codecV3, type InvocationBatch } from "statefun/protocol";

/** One request as the server got it, decoded. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly batch: InvocationBatch;
}

export type Respond = (seen: Seen, response: ServerResponse) => unknown;

/** A server of bytes on a port of its own, that can go down and come back there. */
export interface RawServer {
  readonly url: string;
  readonly seen: Seen[];
  /** Most requests that were open at one time. */
  readonly mostOpen: () => number;
  respond: Respond;
  /** Ends at once, connections included. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export const none: Completed = {
  kind: "completed",
  mutations: [],
  messages: [],
  delayed: [],
  egresses: [],
};

/** Answers with these effects on wire v3. */
export function answer(response: ServerResponse, effects: Partial<Completed> = {}): void {
  const bytes = codecV3.encodeResponse({ ...none, ...effects });
  response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
}

export async function rawServer(respond: Respond, wire: "v2" | "v3" = "v3"): Promise<RawServer> {
  const codec = wire === "v2" ? codecV2 : codecV3;
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let port = 0;
  let open = 0;
  let most = 0;
  let server: Server;
  const result: RawServer = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    seen,
    mostOpen: () => most,
    respond,
    async down() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
    async up() {
      server = createServer(async (request, response) => {
        most = Math.max(most, ++open);
        response.on("close", () => open--);
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const batch = codec.decodeRequest(new Uint8Array(Buffer.concat(chunks)));
        const { method = "", url = "", headers } = request;
        const one = { method, path: url, headers, batch };
        seen.push(one);
        await result.respond(one, response);
      });
      server.on("connection", (socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
      });
      await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
      port = (server.address() as AddressInfo).port;
    },
  };
  await result.up();
  return result;
}
