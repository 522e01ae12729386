import { keep, stored } from "../../session/settings.ts";
import { type Signal, signal } from "../../signal.ts";
import { type LastValue, lastValuesIn, remembered } from "./last-values.ts";

const place = "statefun-last-values";

/** Values that this browser has sent. */
export const lastValues: Signal<readonly LastValue[]> = signal(lastValuesIn(stored(place)));

export function remember(type: string, body: string): void {
  // Another tab may have sent meanwhile.
  const known = lastValuesIn(stored(place));
  lastValues.value = remembered(known, { type, body, atMs: Date.now() });
  keep(place, JSON.stringify(lastValues.value));
}

/** Forgets those of a type. */
export function forget(type: string): void {
  lastValues.value = lastValuesIn(stored(place)).filter((one) => one.type !== type);
  keep(place, JSON.stringify(lastValues.value));
}
