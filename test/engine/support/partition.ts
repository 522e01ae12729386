import { type Egress, keep, type StatefulFunctions } from "statefun";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import type { LinkBatch } from "../../../src/engine/contract/links.ts";
import type { EngineParts, Linked } from "../../../src/engine/contract/options.ts";
import type { Store } from "../../../src/engine/contract/store.ts";
import { localApplication } from "../../../src/host/application.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { platformClock } from "../../../src/host/platform.ts";
import { startEngine } from "../../../src/host/start-engine.ts";
import { hasLinks } from "../../store/subject.ts";

export interface PartitionParts {
  readonly functions: StatefulFunctions;
  readonly kept?: Egress<never, unknown>;
  /** One without links holds all addresses. */
  readonly store: Store;
  /** The partition of an address. @default all are in this one */
  readonly placement?: EngineParts["placement"];
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
  const host = {
    clock: platformClock,
    random: Math.random,
    randomBytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
    defer: (run: () => void) => void setImmediate(run),
    tokenScope: "address",
    kafkaHeaders: "send",
  } as const;
  if (!hasLinks(store)) {
    return startEngine(localApplication(options), options, { ...host, store });
  }
  return startEngine(localApplication(options), options, {
    ...host,
    store,
    // What another process says may be anything.
    deliver: (parts.deliver ?? (() => new Promise(() => {}))) as Linked["deliver"],
    partition: {
      name: "here",
      placement,
      isPartition: () => true,
      isEvictable: false,
      maxPendingBytes: 1_000_000,
    },
  });
}
