import type { Address } from "../api/types.ts";
import { keep, stored } from "./settings.ts";

const place = "statefun-recent";
const most = 10;
/** An id may be very long; the room of a tab is not. */
const maxIdLength = 1_000;

/** Instances that were looked at in this tab, the last one first. */
export function recentInstances(): readonly Address[] {
  try {
    // This page has written it.
    return JSON.parse(stored(place, "sessionStorage") ?? "[]") as readonly Address[];
  } catch {
    return [];
  }
}

export function noteInstance({ typename, id }: Address): void {
  if (id.length > maxIdLength) return;
  const others = recentInstances().filter((one) => one.typename !== typename || one.id !== id);
  keep(place, JSON.stringify([{ typename, id }, ...others].slice(0, most)), "sessionStorage");
}
