import { connect, type Socket } from "node:net";

/** How long a server may take, on a machine that is busy with other things. */
const patienceMs = 30_000;

/** A client without manners: bytes on a TCP connection, and what comes back. */
export interface RawClient {
  readonly socket: Socket;
  /** Resolves when the connection takes more, or is gone. */
  write(bytes: Uint8Array | string): Promise<void>;
  readonly received: () => string;
  /** Resolves with everything received so far, once it matches or the connection has ended. */
  until(pattern: RegExp): Promise<string>;
  readonly isGone: () => boolean;
  destroy(): void;
}

export async function rawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = "";
  let gone = false;
  let wake = () => {};
  socket.setNoDelay(true);
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    wake();
  });
  socket.on("end", () => wake());
  // A reset is a way of refusing: what arrived before it counts.
  socket.on("error", () => undefined);
  socket.on("close", () => {
    gone = true;
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return {
    socket,
    received: () => text,
    isGone: () => gone,
    destroy: () => socket.destroy(),
    write: (bytes) =>
      new Promise((resolve) => {
        if (gone || socket.destroyed || socket.writableEnded) return resolve();
        const done = () => {
          socket.off("drain", done).off("close", done);
          resolve();
        };
        if (socket.write(bytes)) return resolve();
        socket.once("drain", done).once("close", done);
      }),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(
            new Error(`nothing like ${pattern} in ${patienceMs} ms, but: ${text.slice(0, 500)}`),
          );
        }, patienceMs);
        wake = () => {
          if (!pattern.test(text) && !gone && !socket.readableEnded) return;
          clearTimeout(timer);
          wake = () => {};
          resolve(text);
        };
        wake();
      }),
  };
}

export function head(path: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({
    host: "localhost",
    "content-type": "application/octet-stream",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** One chunk of a chunked body. */
export function chunk(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from("\r\n"),
  ]);
}

export const lastChunk = "0\r\n\r\n";
