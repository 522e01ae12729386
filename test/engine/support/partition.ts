import type { Egress, StatefulFunctions } from "statefun";
import { keep } from "statefun/runtime";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import type { LinkBatch } from "../../../src/engine/contract/links.ts";
import type { EngineOptions } from "../../../src/engine/contract/options.ts";
import type { Store } from "../../../src/engine/contract/store.ts";
import { localApplication } from "../../../src/host/application.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { platformClock } from "../../../src/host/platform.ts";
import { startEngine } from "../../../src/host/start-engine.ts";

export interface PartitionParts {
  readonly functions: StatefulFunctions;
  readonly kept?: Egress<never, unknown>;
  readonly store: Store;
  /** The partition of an address. @default all are in this one */
  readonly placement?: EngineOptions["placement"];
  readonly deliver?: (partition: string, batch: LinkBatch) => Promise<unknown>;
  readonly onError?: (error: unknown) => void;
}

/** An engine of one partition among others, as a Durable Object has one. */
export function startPartition(parts: PartitionParts): Promise<Engine> {
  const { functions, kept, store, placement = () => "here", onError = () => {} } = parts;
  const options = resolveRuntimeOptions({
    modules: [functions],
    egresses: kept === undefined ? [] : [keep(kept)],
    retry: { maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 5 },
    onError,
  });
  return startEngine(localApplication(options), options, {
    store,
    clock: platformClock,
    random: Math.random,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    defer: (run) => void setImmediate(run),
    tokenScope: "address",
    kafkaHeaders: "send",
    partition: {
      name: "here",
      placement,
      isPartition: () => true,
      // What another process says may be anything.
      deliver: (parts.deliver ?? (() => new Promise(() => {}))) as EngineOptions["deliver"],
      isEvictable: false,
      maxPendingBytes: 1_000_000,
    },
  });
}
