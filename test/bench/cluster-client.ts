import { Agent, request } from "node:http";

/** As a cluster sends it. */
const headers = {
  "content-type": "application/octet-stream",
  accept: "application/octet-stream",
  "accept-encoding": "gzip,deflate",
  "user-agent": "statefun",
};
const inFlight = 8;

/** A client of the function server at a port of this machine. */
export interface ClusterClient {
  /** Sends each of the bodies once, several at a time over connections that are kept. */
  post(bodies: Iterable<Uint8Array>): Promise<void>;
  /** The answer to one body. */
  ask(body: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

export function clusterClient(port: number): ClusterClient {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });

  const ask = (body: Uint8Array) =>
    new Promise<Uint8Array>((resolve, reject) => {
      const sent = request(
        { host: "127.0.0.1", port, method: "POST", path: "/statefun", agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.once("error", reject);
          response.once("end", () => {
            if (response.statusCode === 200) resolve(Buffer.concat(chunks));
            else reject(new Error(`port ${port} answered ${response.statusCode}`));
          });
        },
      );
      sent.once("error", reject);
      // `end` with the whole body sets its length, as clusters do.
      sent.end(body);
    });

  return {
    ask,
    post: async (bodies) => {
      const left = bodies[Symbol.iterator]();
      const connection = async () => {
        for (let next = left.next(); !next.done; next = left.next()) await ask(next.value);
      };
      await Promise.all(Array.from({ length: inFlight }, connection));
    },
    close: () => agent.destroy(),
  };
}
