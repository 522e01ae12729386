import { effect, type Signal, signal } from "@preact/signals";

/** What an operator prefers, kept in the browser. */
export type ZoneName = "utc" | "local";
export type ThemeName = "system" | "light" | "dark";

export const zone: Signal<ZoneName> = signal(stored("statefun-zone") === "local" ? "local" : "utc");
export const theme: Signal<ThemeName> = signal(themeOf(stored("statefun-theme")));

effect(() => keep("statefun-zone", zone.value));
effect(() => {
  keep("statefun-theme", theme.value);
  const { dataset } = document.documentElement;
  if (theme.value === "system") delete dataset["theme"];
  else dataset["theme"] = theme.value;
});

function themeOf(given: string | null): ThemeName {
  return given === "light" || given === "dark" ? given : "system";
}

export function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It lasts as long as the page.
  }
}
