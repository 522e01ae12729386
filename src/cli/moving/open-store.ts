import process from "node:process";
import { createRuntime } from "../../embedded/create-runtime.ts";
import type { Runtime } from "../../embedded/runtime.ts";
import { peek, reasonOf } from "../../internal/show.ts";
import type { Store } from "../../store/store-handle.ts";
import { oneLine } from "../output/one-line.ts";

/** Without its application: nothing runs, and nothing is said about what waits for functions that are not here. */
export function openStore(store: Store): Promise<Runtime> {
  const onError = (error: unknown): void => {
    // That is why it is imported again, or abandoned.
    if (peek(error, "code") === "conflict") return;
    process.stderr.write(`${oneLine(reasonOf(error))}\n`);
  };
  return createRuntime({ modules: [], store, paused: true, onError });
}
