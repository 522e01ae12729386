import { fork } from "node:child_process";
import { once } from "node:events";
import { answerOf, isRunning } from "./child-answers.ts";
import { type ClusterClient, clusterClient } from "./cluster-client.ts";
import { nodeFlags, programPath } from "./node-program.ts";

export interface HttpServer extends Omit<ClusterClient, "close"> {
  readonly url: string;
  /** Requests so far. */
  requests(): Promise<number>;
  /** CPU seconds of the process so far: its garbage collector and its compiler too. */
  cpuSeconds(): Promise<number>;
  close(): Promise<void>;
}

interface Report {
  readonly cpu: NodeJS.CpuUsage;
  readonly requests: number;
}

/** A server of the folder `programs` as a process of its own. */
export async function startServer(program: string): Promise<HttpServer> {
  const child = fork(programPath(program), { execArgv: [...nodeFlags] });
  const { port } = await answerOf<{ readonly port: number }>(child, program);
  const client = clusterClient(port);

  const report = async () => {
    const { cpu, requests } = await answerOf<Report>(child, program, "report");
    return { cpuSeconds: (cpu.user + cpu.system) / 1e6, requests };
  };

  return {
    url: `http://127.0.0.1:${port}/statefun`,
    ask: client.ask,
    post: client.post,
    requests: async () => (await report()).requests,
    cpuSeconds: async () => (await report()).cpuSeconds,
    close: async () => {
      client.close();
      if (!isRunning(child)) return;
      const exited = once(child, "exit");
      // The server ends with its parent's end of the channel.
      child.disconnect();
      await exited;
    },
  };
}
