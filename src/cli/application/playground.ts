import type { Server } from "../../adapters/server.ts";
import { createPlaygroundEgress } from "../../surface/playground/playground-egress.ts";
import type { PlaygroundHost } from "../../surface/playground/playground-host.ts";
import { createPlaygroundIngress } from "../../surface/playground/playground-ingress.ts";
import type { ShownPlayground } from "../ipc.ts";
import { type ListenAt, listen, urlOf } from "../listen.ts";
import type { PlaygroundPorts } from "./local-plan.ts";

/** The ports of the playground, while they are open. */
export interface RunningPlayground {
  readonly shown: ShownPlayground;
  /** Resolves when no request can come in, and the positions of what was shown are stored. */
  close(): Promise<void>;
}

/**
 * Opens the ports that a module file names. Rejects with `unavailable` when one cannot be had, and has opened
 * none then.
 */
export async function openPlayground(
  host: PlaygroundHost,
  { ingress, egress }: PlaygroundPorts,
  at: Pick<ListenAt, "host" | "origins">,
): Promise<RunningPlayground> {
  const servers: Server[] = [];
  const open = async (fetch: ListenAt["fetch"], port: number, kind: string): Promise<string> => {
    const advice = `choose another one in the spec of io.statefun.playground.v1/${kind}`;
    const server = await listen({ ...at, fetch, port, advice });
    servers.push(server);
    return urlOf(at.host, server.port);
  };
  const topics = egress && createPlaygroundEgress(host, egress.topics);
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
    await topics?.close();
  };
  try {
    return {
      shown: {
        ...(ingress && {
          ingress: { url: await open(createPlaygroundIngress(host), ingress.port, "ingress") },
        }),
        ...(egress &&
          topics && {
            egress: {
              url: await open(topics.fetch, egress.port, "egress"),
              topics: egress.topics,
            },
          }),
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
