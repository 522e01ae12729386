import { createEngine } from "../engine/create-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { EngineOptions } from "../engine/options.ts";
import type { Store as EngineStore } from "../engine/store.ts";
import type { Clock } from "../execution/batch-host.ts";
import { invalid } from "../internal/assert.ts";
import type { StateFunError } from "../internal/errors.ts";
import { addressOf } from "../sdk/address.ts";
import type { FunctionTable } from "../sdk/bound-function.ts";
import { applicationOf } from "../sdk/define-module.ts";
import { functionTable } from "../sdk/module.ts";
import { localFunctions } from "../transport/local-functions.ts";
import { bindingsOf, egressTargets, type OwnedBinding } from "./egress-targets.ts";
import type { ResolvedRuntimeOptions } from "./options.ts";

/** What differs between a process and a test of one. */
export interface EngineHost {
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly defer: (run: () => void) => void;
  readonly tokenScope: "address" | "id";
  readonly maxCrashes: number;
  readonly kafkaHeaders: "send" | "refuse";
  /** Instead of the bindings of the application. */
  readonly egresses?: EngineOptions["egresses"];
  /** Is given what ends the engine as a crash would. */
  readonly onOpen?: (kill: (error: StateFunError) => void) => void;
}

/** The parts of an application that an engine in one process needs, after their checks. */
export interface LocalApplication {
  readonly functions: FunctionTable;
  readonly bindings: readonly OwnedBinding[];
}

export function localApplication(options: ResolvedRuntimeOptions): LocalApplication {
  const { functions, egresses, endpoints, ingresses } = applicationOf(options.modules);
  for (const { module } of endpoints) {
    throw invalid(`module ${module} has remote endpoints, which this runtime cannot call`);
  }
  for (const { module, part } of ingresses) {
    throw invalid(`ingress ${part.typename} of module ${module} needs a connector to start it`);
  }
  const own = bindingsOf(options.egresses).map((part) => ({ module: "the options", part }));
  return { functions: functionTable(functions), bindings: [...own, ...egresses] };
}

/** One partition that holds every address. */
export function startEngine(
  { functions, bindings }: LocalApplication,
  options: ResolvedRuntimeOptions,
  host: EngineHost,
): Promise<Engine> {
  const { env, onError, timeoutMs, maxMailbox, idempotencyRetentionMs } = options;
  const { kafkaHeaders, egresses, onOpen, ...rest } = host;
  let identity = "";
  return createEngine({
    ...rest,
    name: "",
    placement: () => "",
    deliver: () => Promise.reject(invalid("this runtime has one partition")),
    functions: (engine) => localFunctions(functions, { ...options, kafkaHeaders }, engine),
    egresses: egresses ?? egressTargets(bindings, env, () => identity),
    onOpen: (name, kill) => {
      identity = name;
      onOpen?.(kill);
    },
    timeoutMs,
    maxMailbox,
    idempotencyRetentionMs,
    onError: (error, { address, ...detail }) => {
      const at = address && addressOf(address.typename, address.id, undefined);
      // Handed on, since it may be a promise in spite of its type.
      return onError(error, at === undefined ? detail : { ...detail, address: at });
    },
  });
}
