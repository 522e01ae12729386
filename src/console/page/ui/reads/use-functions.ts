import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { read } from "../../api/client.ts";
import type { FunctionRow, FunctionsPage } from "../../api/types.ts";

/** Functions change with a deploy: they are read once in a while. */
const freshMs = 60_000;
const pageSize = 1_000;
const mostPages = 20;

const known: Signal<readonly FunctionRow[] | undefined> = signal(undefined);
let readAt = Number.NEGATIVE_INFINITY;

/** All functions by name, for choices and words beside; undefined until they are known. Its figures are old. */
export function useFunctions(): readonly FunctionRow[] | undefined {
  useEffect(() => {
    if (performance.now() - readAt < freshMs) return;
    readAt = performance.now();
    readAll().then(
      (all) => {
        known.value = all;
      },
      () => {
        // A screen that shows something has read it itself, and says so.
        readAt = Number.NEGATIVE_INFINITY;
      },
    );
  }, []);
  return known.value;
}

async function readAll(): Promise<readonly FunctionRow[]> {
  const all: FunctionRow[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { functions, next } = await read<FunctionsPage>("functions", { after, limit: pageSize });
    all.push(...functions);
    if (next === undefined) break;
    after = next;
  }
  return all;
}
