import { type ClusterClient, clusterClient } from "./cluster-client.ts";
import { cpuSecondsOf } from "./process-cpu.ts";
import type { Program, RunningProgram } from "./runtimes.ts";

/** A server on one of the runtimes, which answers each POST by one program of `programs/answers.ts`. */
export interface AnsweringServer extends Omit<ClusterClient, "close"> {
  /** Of the runtime's own process so far. */
  cpuSeconds(): number;
  close(): Promise<void>;
}

export async function answeringServer(
  start: (program: Program) => Promise<RunningProgram>,
  kind: string,
  other?: string,
): Promise<AnsweringServer> {
  const program = await start({ name: "answer", kind, other });
  const { ask, post, close } = clusterClient(Number(new URL(program.url).port));
  return {
    ask,
    post,
    cpuSeconds: () => cpuSecondsOf(program.pids),
    close: async () => {
      close();
      await program.close();
    },
  };
}
