import { expect, it } from "vitest";
import { cellOf, valueIn } from "../../src/engine/mailboxes/cells.ts";
import { traitsOf } from "../../src/sdk/types/type-traits.ts";
import { double, int } from "../../src/index.ts";

it("holds a state of a number without asking for its bytes, which are made anew each time", () => {
  for (const type of [int, double]) {
    const kept = traitsOf(type).keep?.(7, false);
    let asked = 0;
    const watched = new Proxy(Object(kept), {
      get(target, name) {
        if (name === "bytes") asked += 1;
        return Reflect.get(target, name);
      },
    });
    expect(valueIn(cellOf(1, "count", watched, undefined))).toBe(watched);
    expect(asked).toBe(0);
  }
});
