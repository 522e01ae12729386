import { type Signal, signal } from "../signal.ts";

/** Screens, as they stand in the hash of the URL. */
export const screens = [
  "overview",
  "functions",
  "instances",
  "instance",
  "messages",
  "timers",
  "dead-letters",
  "connections",
  "send",
  "activity",
  "system",
] as const;

export type ScreenName = (typeof screens)[number];

export interface Route {
  readonly screen: ScreenName;
  /** What the URL names instead, where there is no such screen. */
  readonly unknown: string | undefined;
  /** Everything else that the screen shows: names, filters, place. */
  readonly params: URLSearchParams;
}

/** Parameters that are undefined or empty are left out. */
export type Params = Readonly<Record<string, string | number | undefined>>;

/** What is shown. An unknown screen is the overview. */
export const route: Signal<Route> = signal(routeIn(location.hash));

addEventListener("hashchange", () => {
  route.value = routeIn(location.hash);
});

function routeIn(hash: string): Route {
  const [, path = "", query = ""] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash) ?? [];
  const screen = screens.find((one) => one === path);
  const unknown = screen === undefined && path !== "" ? path : undefined;
  return { screen: screen ?? "overview", unknown, params: new URLSearchParams(query) };
}

/** A link to a screen. */
export function linkTo(screen: ScreenName, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? `#/${screen}` : `#/${screen}?${text}`;
}

export function go(screen: ScreenName, params: Params = {}): void {
  location.hash = linkTo(screen, params);
}

/** Changes parameters of the screen that is shown; its place in the history stays one place. */
export function change(params: Params): void {
  const { screen, params: now } = route.value;
  const link = linkTo(screen, { ...Object.fromEntries(now), ...params });
  history.replaceState(history.state, "", link);
  route.value = routeIn(link);
}

/** A parameter of the screen that is shown; `""` where it has none. */
export function param(name: string): string {
  return route.value.params.get(name) ?? "";
}
