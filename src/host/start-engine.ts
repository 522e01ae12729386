import type { Engine } from "../engine/contract/engine.ts";
import type { FunctionTransport } from "../engine/contract/function-transport.ts";
import type {
  Alone,
  EgressTarget,
  EngineOptions,
  EngineParts,
  Linked,
} from "../engine/contract/options.ts";
import type { TurnBudget } from "../engine/contract/turn-budget.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { StateFunError } from "../internal/errors.ts";
import type { Clock } from "../model/clock.ts";
import { keptByDefault } from "../model/kept-limits.ts";
import type { EngineKind } from "../model/observer.ts";
import { addressOf } from "../sdk/addressing/address.ts";
import { localFunctions } from "../transport/local-functions.ts";
import type { LocalApplication } from "./application.ts";
import { egressTargets } from "./egress-targets.ts";
import type { ResolvedRuntimeOptions } from "./options.ts";

/** What differs between a process, a test of one, and an object. */
export type EngineHost = EngineHostParts & (LoneHost | LinkedHost);

/** The only engine, which holds every address. */
export type LoneHost = Alone & { readonly partition?: undefined };

/** One among others. */
export type LinkedHost = Linked & { readonly partition: PartitionHost };

export interface EngineHostParts {
  /** As observers see it. @default "embedded" */
  readonly kind?: EngineKind;
  /** Nobody can open the store again. @default false */
  readonly isVolatile?: boolean;
  readonly clock: Clock;
  /** @default a minute: a machine that slept, or whose clock was set, is found out by then */
  readonly longestWaitMs?: number;
  readonly random: () => number;
  readonly randomBytes: EngineOptions["randomBytes"];
  readonly defer: (run: () => void) => void;
  /** Where the clock stands still while code runs. @default it runs */
  readonly budget?: TurnBudget;
  readonly tokenScope: "address" | "id";
  /** How often a message may end its process before it is given up. @default 8 */
  readonly maxCrashes?: number;
  readonly kafkaHeaders: "send" | "refuse" | "own";
  /** By which remote functions are called. @default that of the platform */
  readonly fetch?: typeof fetch;
  /** @default nothing is counted */
  readonly traffic?: EngineOptions["traffic"];
  /** Records of an egress that is not bound are kept instead of becoming dead letters. */
  readonly keepsUnbound?: boolean;
  /** Instead of the bindings of the application. */
  readonly egresses?: EngineOptions["egresses"];
  /** Stands between the engine and its functions. */
  readonly watch?: (functions: FunctionTransport) => FunctionTransport;
  /** Where a recorder may be put. @default nothing is recorded */
  readonly recording?: EngineOptions["recording"];
  /** Is given what ends the engine as a crash would. */
  readonly onOpen?: (kill: (error: StateFunError) => void) => void;
}

export type PartitionHost = Pick<
  EngineParts,
  | "name"
  | "placement"
  | "isPartition"
  | "isEvictable"
  | "leftoverWaitMs"
  | "maxPendingBytes"
  | "mark"
  | "assertOwn"
  | "directory"
  | "onWritten"
>;

const onlyPartition: PartitionHost = {
  name: "",
  placement: () => "",
  isPartition: (name) => name === "",
  isEvictable: false,
  maxPendingBytes: 536_870_912,
};

/** An engine over the parts of an application. */
export async function startEngine(
  { functions: known, local, remote, bindings }: LocalApplication,
  options: ResolvedRuntimeOptions,
  host: EngineHost,
): Promise<Engine> {
  const { env, onError, timeoutMs, maxMailbox, idempotencyRetentionMs, isPaused } = options;
  const given = await options.observer?.();
  const {
    kind: engine = "embedded",
    kafkaHeaders,
    maxCrashes = 8,
    longestWaitMs = 60_000,
    fetch = platformFetch(),
    partition = onlyPartition,
    keepsUnbound = false,
    egresses,
    onOpen,
    watch = (functions) => functions,
    ...rest
  } = host;
  // Of objects none knows of the others.
  const hasLook = given?.started !== undefined && engine !== "durable-object";
  const look = hasLook ? new (await import("./engine-looks.ts")).EngineLooks(given) : undefined;
  const observer = look?.observer ?? given;
  let identity = "";
  const targets = (): EngineOptions["egresses"] => {
    const bound = egressTargets(bindings, env, () => identity);
    return keepsUnbound ? keepingOthers(bound) : bound;
  };
  const created = await createEngine({
    ...rest,
    ...partition,
    kind: engine,
    observer,
    maxCrashes,
    longestWaitMs,
    functions(functionHost) {
      const settings = { ...options, engine, observer, kafkaHeaders };
      const here = localFunctions(local, settings, functionHost);
      const all =
        remote === undefined ? here : remote.transport(here, { ...settings, fetch }, functionHost);
      return watch({ ...all, names: known.names });
    },
    egresses: egresses ?? targets(),
    onOpen: (name, kill) => {
      identity = name;
      onOpen?.(kill);
    },
    ...{ timeoutMs, maxMailbox, idempotencyRetentionMs, isPaused },
    onError: (error, { address, ...detail }) => {
      const at = address && addressOf(address.typename, address.id, undefined);
      // Handed on, since it may be a promise in spite of its type.
      return onError(error, at === undefined ? detail : { ...detail, address: at });
    },
  });
  look?.begin(created, engine);
  return created;
}

/** Bound: some platforms refuse a fetch that is called on another object. */
function platformFetch(): typeof fetch {
  return (...request) => globalThis.fetch(...request);
}

/** As `keep` does by default. */
function keepingOthers(bound: ReadonlyMap<string, EgressTarget>): EngineOptions["egresses"] {
  const kept: EgressTarget = { kind: "keep", ...keptByDefault };
  return { get: (typename) => bound.get(typename) ?? kept, keys: () => bound.keys() };
}
