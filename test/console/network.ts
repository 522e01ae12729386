import { connect, createServer, type Socket } from "node:net";

export interface Network {
  readonly url: string;
  /** Ends all connections, and refuses others until it is mended. */
  cut(): void;
  mend(): void;
  /** How long each piece of an answer is on its way, in milliseconds. */
  slow(delayMs: number): void;
  close(): Promise<void>;
}

/** A way to a server that can be slow, or broken, also for connections that are open: a stream must notice. */
export async function networkTo(url: string): Promise<Network> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  let delayMs = 0;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(port), hostname);
    near.pipe(far);
    // Pieces stay in order: timers of the same delay do, and a delay grows or shrinks between pages only.
    far.on("data", (piece) => {
      if (delayMs === 0) near.write(piece);
      else setTimeout(() => near.write(piece), delayMs);
    });
    far.on("end", () => setTimeout(() => near.end(), delayMs));
    near.on("close", () => far.destroy());
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${Object(server.address()).port}`,
    cut() {
      isCut = true;
      end();
    },
    mend() {
      isCut = false;
    },
    slow(ms) {
      delayMs = ms;
    },
    async close() {
      end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
