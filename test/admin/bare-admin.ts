import type { DeadFilter, Order } from "../../src/engine/contract/actions.ts";
import type { DeadRecord } from "../../src/engine/contract/records.ts";
import { invalid } from "../../src/internal/assert.ts";
import { StateFunError } from "../../src/internal/errors.ts";
import type { AdminFeature, AdminHost } from "../../src/surface/admin/admin-host.ts";
import type { SurfaceHost } from "../../src/surface/surface-host.ts";

type DeadLetters = Pick<SurfaceHost, "deadLetters" | "replay" | "discard">;

/** What operators have of an engine that only gives its dead letters: the least that there is. */
export function bareAdmin(host: DeadLetters, why: string): AdminHost {
  const lacked = (): never => {
    throw new StateFunError("unsupported", why);
  };
  const features: readonly AdminFeature[] = [
    ...(["instances", "pauseFunction", "paused"] as const),
    ...(["troubles", "errors", "figures", "graph", "rates", "recording", "export"] as const),
  ];
  return {
    lacks: Object.fromEntries(features.map((feature) => [feature, why])),
    instances: async () => lacked(),
    timers: async () => lacked(),
    async deadLetters(filter, after, limit, maxBytes) {
      const found = await host.deadLetters(after, limit, filter.typename, maxBytes);
      return { letters: found.filter((one) => isMeant(one, filter)), next: found.at(-1)?.number };
    },
    newestDeadLetters: async () => lacked(),
    newestKept: async () => lacked(),
    deadGroups: async () => lacked(),
    paused: async () => [],
    troubles: async () => lacked(),
    errors: async () => lacked(),
    async act({ action }: Order) {
      if (action.kind !== "replay" && action.kind !== "discard") return lacked();
      const { kind, number } = action;
      const [letter] = await host.deadLetters(number - 1, 1, undefined, 1);
      if (letter?.number !== number) throw invalid(`there is no dead letter ${number}`);
      await host[kind](number);
      return { isDuplicate: false, count: 1 };
    },
    figures: async () => lacked(),
    graph: async () => lacked(),
    rates: async () => lacked(),
  };
}

function isMeant({ code, reason, failedAt }: DeadRecord, filter: DeadFilter): boolean {
  const { reason: part = "", since = 0, until = Number.POSITIVE_INFINITY } = filter;
  if (filter.code !== undefined && filter.code !== code) return false;
  return reason.includes(part) && failedAt >= since && failedAt < until;
}
