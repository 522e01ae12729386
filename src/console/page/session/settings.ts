import { type Signal, signal } from "../signal.ts";

// A browser may forbid storage, or have no room: what is kept then lasts until the page is loaded again.
const kept = new Map<string, string>();

/** What an operator prefers, kept in the browser. */
export type ZoneName = "utc" | "local";
export type ThemeName = "system" | "light" | "dark";

export const zone: Signal<ZoneName> = signal(stored("statefun-zone") === "local" ? "local" : "utc");
export const theme: Signal<ThemeName> = signal(themeOf(stored("statefun-theme")));

showTheme();

export function chooseZone(name: ZoneName): void {
  zone.value = name;
  keep("statefun-zone", name);
}

export function chooseTheme(name: ThemeName): void {
  theme.value = name;
  keep("statefun-theme", name);
  showTheme();
}

function showTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === "system") delete dataset["theme"];
  else dataset["theme"] = theme.value;
}

function themeOf(given: string | null): ThemeName {
  return given === "light" || given === "dark" ? given : "system";
}

/** What a tab keeps until it is closed, or a browser for good. */
export type Place = "sessionStorage" | "localStorage";

export function stored(name: string, place: Place = "localStorage"): string | null {
  try {
    return window[place].getItem(name) ?? kept.get(name) ?? null;
  } catch {
    return kept.get(name) ?? null;
  }
}

/** An empty text is forgotten. */
export function keep(name: string, value: string, place: Place = "localStorage"): void {
  kept.set(name, value);
  try {
    if (value === "") window[place].removeItem(name);
    else window[place].setItem(name, value);
  } catch {
    // `kept` has it.
  }
}
