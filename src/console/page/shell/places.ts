import type { ScreenName } from "../route/route.ts";

/** What screens are called, and the key that follows `g`: in the order of the navigation. */
export const places: readonly (readonly [screen: ScreenName, title: string, key?: string])[] = [
  ["overview", "Overview", "o"],
  ["functions", "Functions", "f"],
  ["instances", "Instances", "i"],
  ["messages", "Messages", "m"],
  ["timers", "Timers", "t"],
  ["dead-letters", "Dead letters", "d"],
  ["connections", "Connections", "c"],
  ["send", "Send", "s"],
  ["activity", "Activity", "a"],
  ["system", "System", "y"],
  ["instance", "Instance"],
];
