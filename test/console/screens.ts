import { seeds } from "./shop/seed.ts";

export interface ScreenPlace {
  readonly screen: string;
  readonly params?: Readonly<Record<string, string>>;
  /** What follows `g`; the screen of one instance has no key. */
  readonly key?: string;
  readonly title: string;
}

/** Every screen, with something to show. */
export const places: readonly ScreenPlace[] = [
  { screen: "overview", key: "o", title: "Overview" },
  { screen: "functions", key: "f", title: "Functions" },
  { screen: "instances", key: "i", title: "Instances", params: { function: "shop/cart" } },
  {
    screen: "instance",
    title: "Instance",
    params: { function: "shop/cart", id: seeds.blockedCarts[0] },
  },
  { screen: "messages", key: "m", title: "Messages" },
  { screen: "timers", key: "t", title: "Timers" },
  { screen: "dead-letters", key: "d", title: "Dead letters" },
  { screen: "connections", key: "c", title: "Connections" },
  { screen: "send", key: "s", title: "Send", params: { function: "shop/cart", id: "cart-1" } },
  { screen: "activity", key: "a", title: "Activity" },
  { screen: "system", key: "y", title: "System" },
];
