import type { PendingMessage } from "../../src/engine/commit/pending-message.ts";
import type {
  EngineFunction,
  FunctionTransport,
} from "../../src/engine/contract/function-transport.ts";
import type { EngineOptions } from "../../src/engine/contract/options.ts";
import { functionTable } from "../../src/sdk/functions/function-table.ts";
import { localFunctions } from "../../src/transport/local-functions.ts";
import type { Life } from "./host.ts";
import { bindInterpreter, type Surroundings } from "./interpreter.ts";
import { bindLedger, type LedgerSurroundings } from "./operators/ledger.ts";
import type { World } from "./world.ts";

/** How functions run in one world. */
export interface FunctionPlan {
  /** As functions behind an endpoint do: on inputs that survive a crash only. */
  readonly isRemote: boolean;
  readonly initialDelayMs: number;
}

type Env = Surroundings & LedgerSurroundings;

const table = functionTable([bindInterpreter((env: Env) => env), bindLedger((env: Env) => env)]);
const megabyte = 1_048_576;
export const batchTimeoutMs = 30_000;

/** The interpreter, with failures, waits and deaths of its process. */
export function functionsOf(
  world: World,
  plan: FunctionPlan,
  life: Life,
): EngineOptions["functions"] {
  const env: Env = {
    ...world.operators,
    isPrompt: world.faults.isPrompt,
    trouble: () => {
      if (life.crashes("while a handler runs")) throw new Error("the process has died");
      if (world.happens("failHandler")) throw new Error("the handler failed");
      if (!world.happens("slowHandler")) return undefined;
      const waitMs = world.dice.delayMs(500);
      return new Promise((resolve) => void life.after(waitMs, resolve));
    },
  };
  const settings = {
    env,
    timeoutMs: batchTimeoutMs,
    maxMessageBytes: megabyte,
    maxStateBytes: megabyte,
    // However often a message fails, it is never given up.
    retry: {
      maxAttempts: Number.MAX_SAFE_INTEGER,
      initialDelayMs: plan.initialDelayMs,
      maxDelayMs: 2_000,
    },
    kafkaHeaders: "send",
  } as const;
  return (host) => {
    const functions = localFunctions(table, settings, host);
    return plan.isRemote ? remote(functions, world, life) : functions;
  };
}

/** The same functions as if they were elsewhere: what they are given must not be lost behind their back. */
function remote(functions: FunctionTransport, world: World, life: Life): FunctionTransport {
  return {
    get: (typename) => {
      const fn = functions.get(typename);
      if (fn === undefined) return undefined;
      const invoke: EngineFunction["invoke"] = (batch) => {
        for (const invocation of batch.invocations) {
          // An engine hands out the messages of its mailboxes, which have numbers.
          const { number } = invocation as PendingMessage;
          if (number <= life.disk.syncedNumber) continue;
          world.violated(`message ${number} went to a remote function before it was stored`);
        }
        return fn.invoke(batch);
      };
      return { ...fn, isRemote: true, invoke };
    },
  };
}
