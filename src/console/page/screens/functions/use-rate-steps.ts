import { useRef } from "preact/hooks";
import { liveStatus } from "../../api/live.ts";
import type { Rates } from "../../api/types.ts";
import { lackOf } from "../../session/session.ts";
import { type Reading, useRead } from "../../ui/reads/use-read.ts";
import { now } from "../../ui/time.tsx";

/** How often there is a new step. */
const everyMs = 5_000;

/** The last ten minutes, of all functions or of one. They are read again with each step, while the page is live. */
export function useRateSteps(typename: string | undefined, isKnown: boolean): Reading<Rates> {
  const path = isKnown && lackOf("rates") === undefined ? "rates" : undefined;
  const isLive = liveStatus.value === "live";
  const step = useRef(Math.floor(now.peek() / everyMs));
  if (isLive) step.current = Math.floor(now.value / everyMs);
  return useRead<Rates>(path, { function: typename }, step.current);
}
