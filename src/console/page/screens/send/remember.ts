import { keep, stored } from "../../session/settings.ts";
import { type Signal, signal } from "../../signal.ts";
import { type LastValue, lastValuesIn, remembered } from "./last-values.ts";

const place = "statefun-last-values";

/** Values that this browser has sent. */
export const lastValues: Signal<readonly LastValue[]> = signal(lastValuesIn(stored(place)));

/** Another tab may have sent meanwhile. */
function keepAll(next: (known: readonly LastValue[]) => readonly LastValue[]): void {
  lastValues.value = next(lastValuesIn(stored(place)));
  keep(place, JSON.stringify(lastValues.value));
}

export function remember(type: string, body: string): void {
  keepAll((known) => remembered(known, { type, body, atMs: Date.now() }));
}

/** Forgets those of a type. */
export function forget(type: string): void {
  keepAll((known) => known.filter((one) => one.type !== type));
}
