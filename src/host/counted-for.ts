import type { Clock } from "../model/clock.ts";
import type { Counted } from "./admin/counters.ts";
import type { LocalApplication } from "./application.ts";
import type { ResolvedRuntimeOptions } from "./options.ts";

/** Counts for operators, where there are any. */
export async function countedFor(
  options: ResolvedRuntimeOptions,
  { functions, local, bindings }: LocalApplication,
  clock: Clock,
): Promise<Counted> {
  if (options.http.admin === undefined) return { options, counters: undefined };
  const own = new Set([...functions.names(), ...bindings.map(({ part }) => part.typename)]);
  const { counting } = await import("./admin/counters.ts");
  // Functions may be bound later.
  const isOwn = (name: string): boolean => own.has(name) || local.get(name) !== undefined;
  return counting(options, clock, isOwn);
}
