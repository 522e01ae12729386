import { int, json, shape, string, upgraded } from "statefun";

/** Each step goes from the value of the old type to what a sender of the new one may give. */
export const upgrades = [
  () => upgraded(string, { from: int, upgrade: String }),
  // @ts-expect-error a number is no text
  () => upgraded(string, { from: int, upgrade: (old: number) => old }),
  // @ts-expect-error the old value is a number
  () => upgraded(string, { from: int, upgrade: (old: string) => old }),
  // @ts-expect-error nothing says how
  () => upgraded(string, { from: int }),
  // @ts-expect-error an upgrade cannot be waited for
  () => upgraded(string, { from: int, upgrade: async (old: number) => String(old) }),
  () =>
    upgraded(json("traps/New", shape<{ n: number }>()), {
      from: int,
      // @ts-expect-error another shape
      upgrade: (n) => ({ m: n }),
    }),
];
