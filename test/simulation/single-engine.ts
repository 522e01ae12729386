import type { Engine } from "../../src/engine/contract/engine.ts";
import type { EngineParts, Linked } from "../../src/engine/contract/options.ts";
import type { LinkStore } from "../../src/engine/contract/store.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import { bytesBy } from "../../src/testing/random.ts";
import type { VirtualClock } from "../../src/testing/virtual-clock.ts";

/** What the event loop has, a few times over. */
export async function turns(): Promise<void> {
  for (let left = 10; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}

/** One engine by itself, for what the simulator has found. It has no functions: "here" holds all but "there". */
export function singleEngine(
  store: LinkStore,
  clock: VirtualClock,
  deliver: Linked["deliver"],
  more: Partial<EngineParts> = {},
): Promise<Engine> {
  return createEngine({
    store,
    name: "here",
    placement: ({ id }) => (id === "there" ? "there" : "here"),
    isPartition: () => true,
    deliver,
    functions: () => ({ get: () => undefined }),
    egresses: { get: () => undefined, keys: () => [] },
    clock,
    random: () => 0.5,
    randomBytes: bytesBy(() => 0.5),
    defer: (run) => void setImmediate(run),
    longestWaitMs: 60_000,
    timeoutMs: 1_000,
    maxMailbox: 100,
    maxPendingBytes: 536_870_912,
    isEvictable: false,
    maxCrashes: 8,
    idempotencyRetentionMs: 1_000,
    tokenScope: "address",
    onError: () => {},
    onOpen: () => {},
    ...more,
  });
}

export function arrivalFor(id: string, delayMs = 0) {
  const argument = { typename: "simulation/nothing", bytes: undefined, headers: [] };
  return {
    target: { typename: "simulation/nobody", id },
    argument,
    idempotencyKey: undefined,
    delayMs,
  };
}
