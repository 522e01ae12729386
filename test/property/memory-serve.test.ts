import { fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { encodedShape, shapeNames } from "./memory-functions.ts";

const program = fileURLToPath(new URL("memory-server.ts", import.meta.url));
const maxBodyBytes = 33_554_432;
/** Three of the handler's, see memory.test.ts, and one for what Node's sockets leave to the garbage collector. */
const maxBodies = 4;

function post(port: number, body: Uint8Array): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/octet-stream" };
    const sent = request({ host: "127.0.0.1", port, method: "POST", headers }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

it.each(shapeNames)(
  "a whole server on Node answers 32 MiB within four times their size: %s",
  async (shape) => {
    const server = fork(program, { execArgv: ["--expose-gc"] });
    try {
      const [{ port }] = await once(server, "message");
      const ask = async (what: string) => {
        const answered = once(server, "message");
        server.send(what);
        return (await answered)[0];
      };
      expect(await post(port, encodedShape(shape, 1_000_000))).toBe(200);
      await ask("before");
      const body = encodedShape(shape, maxBodyBytes - 1_000);
      expect(await post(port, body)).toBe(200);
      const { rss } = await ask("after");
      console.log(`${shape}: ${(rss / body.length).toFixed(2)} bodies resident`);
      expect(rss / body.length).toBeLessThanOrEqual(maxBodies);
    } finally {
      server.disconnect();
    }
  },
  60_000,
);
