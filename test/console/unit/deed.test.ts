import { expect, it } from "vitest";
import { deedOf } from "../../../src/console/page/screens/activity/deed.ts";

const deed = (record: Record<string, unknown>) => deedOf({ cursor: "1", record });

it("says who did what to which instance", () => {
  const address = { typename: "shop/cart", id: "7" };
  const base = { atMs: 5, who: "rita", why: "stuck", result: { count: 1 } };
  expect(deed({ ...base, action: "skip", address, number: 42 })).toMatchObject({
    ...{ atMs: 5, who: "rita", why: "stuck", action: "gave up the head", tone: "bad" },
    ...{ address, subject: "message 42", result: "done" },
  });
  expect(deed({ ...base, action: "set-state", address, name: "items" }).subject).toBe(
    "state items",
  );
  expect(deed({ ...base, action: "fire-timer", number: 3 }).subject).toBe("timer 3");
});

it("tells a pause of a function from one of an instance", () => {
  expect(deed({ action: "pause", typename: "shop/cart" })).toMatchObject({
    address: undefined,
    typename: "shop/cart",
    subject: "",
  });
  expect(deed({ action: "pause", typename: "shop/cart", id: "" })).toMatchObject({
    address: { typename: "shop/cart", id: "" },
    subject: "",
  });
});

it("says what a bulk action chose, and that it was a page", () => {
  const filter = { typename: "shop/pay", code: "failed", reason: "503", since: 0 };
  const shown = deed({ action: "replay-all", filter, result: { count: 10, next: 77 } });
  expect(shown.subject).toBe(
    "dead letters of shop/pay, failed, “503”, since 1970-01-01T00:00:00.000Z",
  );
  expect(shown.result).toBe("10, one page of several");
  expect(deed({ action: "discard-all", filter: {}, result: { count: 0 } })).toMatchObject({
    subject: "all dead letters",
    result: "0",
  });
});

it("shows what it does not know as it is, and breaks at nothing", () => {
  expect(deed({ action: "teleport", who: "x" }).action).toBe("teleport");
  for (const odd of [null, 5, [], "text", { typename: 5, id: {} }]) {
    const record = { action: odd, who: odd, why: odd, address: odd, filter: odd, result: odd };
    expect(() => deed(record)).not.toThrow();
  }
  expect(deedOf({ cursor: "1", base64: "AA==" }).action).toBe("(unreadable)");
});
