import type { Observer } from "statefun";

/** What is told to nobody, but told. */
const empty: Observer = {
  sending: () => undefined,
  accepted: () => {},
  refused: () => {},
  handling: () => ({ run: (run) => run(), headers: () => undefined, ended: () => {} }),
  dead: () => {},
  timer: () => {},
  emitted: () => {},
  delivered: () => {},
  committed: () => {},
  reachable: () => {},
  ingress: () => {},
  operated: () => {},
  stopped: () => {},
};

/** The observers that are measured, by the names of their columns. */
export const observers: Readonly<Record<string, () => Promise<Observer | undefined>>> = {
  none: async () => undefined,
  "empty hooks": async () => empty,
};
