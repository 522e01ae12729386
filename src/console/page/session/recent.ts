import type { Address } from "../api/types.ts";

const place = "statefun-recent";
const most = 10;
/** An id may be very long; the room of a tab is not. */
const maxIdLength = 1_000;

// A browser may forbid storage: it then lasts until the page is loaded again.
let kept: readonly Address[] | undefined;

/** Instances that were looked at in this tab, the last one first. */
export function recentInstances(): readonly Address[] {
  kept ??= stored();
  return kept;
}

export function noteInstance({ typename, id }: Address): void {
  if (id.length > maxIdLength) return;
  const others = recentInstances().filter((one) => one.typename !== typename || one.id !== id);
  kept = [{ typename, id }, ...others].slice(0, most);
  try {
    sessionStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // `kept` has it.
  }
}

function stored(): readonly Address[] {
  try {
    const all: unknown = JSON.parse(sessionStorage.getItem(place) ?? "[]");
    return Array.isArray(all) ? all.filter(isAddress).slice(0, most) : [];
  } catch {
    return [];
  }
}

function isAddress(one: unknown): one is Address {
  const { typename, id } = Object(one);
  return typeof typename === "string" && typeof id === "string";
}
