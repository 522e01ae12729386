import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { answerOf, isRunning } from "./child-answers.ts";
import { nodeFlags, programPath } from "./node-program.ts";

export interface HttpServer {
  readonly url: string;
  /** Requests so far. */
  requests(): Promise<number>;
  /** CPU seconds of the process so far: its garbage collector and its compiler too. */
  cpuSeconds(): Promise<number>;
  /** Sends each of the bodies once, several at a time over connections that are kept. */
  post(bodies: Iterable<Uint8Array>): Promise<void>;
  /** The answer to one body. */
  ask(body: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Report {
  readonly cpu: NodeJS.CpuUsage;
  readonly requests: number;
}

/** As a cluster sends it. */
const headers = {
  "content-type": "application/octet-stream",
  accept: "application/octet-stream",
  "accept-encoding": "gzip,deflate",
  "user-agent": "statefun",
};
const inFlight = 8;

/** A server of the folder `programs` as a process of its own. */
export async function startServer(program: string): Promise<HttpServer> {
  const child = fork(programPath(program), { execArgv: [...nodeFlags] });
  const { port } = await answerOf<{ readonly port: number }>(child, program);
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
            else reject(new Error(`${program} answered ${response.statusCode}`));
          });
        },
      );
      sent.once("error", reject);
      // `end` with the whole body sets its length, as clusters do.
      sent.end(body);
    });

  const report = async () => {
    const { cpu, requests } = await answerOf<Report>(child, program, "report");
    return { cpuSeconds: (cpu.user + cpu.system) / 1e6, requests };
  };

  return {
    url: `http://127.0.0.1:${port}/statefun`,
    ask,
    post: async (bodies) => {
      const left = bodies[Symbol.iterator]();
      const connection = async () => {
        for (let next = left.next(); !next.done; next = left.next()) await ask(next.value);
      };
      await Promise.all(Array.from({ length: inFlight }, connection));
    },
    requests: async () => (await report()).requests,
    cpuSeconds: async () => (await report()).cpuSeconds,
    close: async () => {
      agent.destroy();
      if (!isRunning(child)) return;
      const exited = once(child, "exit");
      // The server ends with its parent's end of the channel.
      child.disconnect();
      await exited;
    },
  };
}
