import { expect, it } from "vitest";
import { deedsOf, resultOf } from "../../../src/console/page/screens/activity/deed.ts";

const minute = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

function deed(record: Record<string, unknown>) {
  const [one] = deedsOf([{ cursor: "1", record }], minute);
  if (one === undefined) throw new Error("no deed");
  return { ...one, result: resultOf(one) };
}

it("says who did what to which instance", () => {
  const address = { typename: "shop/cart", id: "7" };
  const base = { atMs: 5, who: "rita", why: "stuck", result: { count: 1 } };
  expect(deed({ ...base, action: "skip", address, number: 42 })).toMatchObject({
    ...{ atMs: 5, who: "rita", why: "stuck", action: "skip", tone: "bad" },
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

it("says what a bulk action chose, in one line for all of its pages", () => {
  const filter = { typename: "shop/pay", code: "failed", reason: "503", since: 0 };
  const shown = deed({ action: "replay-all", filter, result: { count: 10, next: 77 } });
  expect(shown.subject).toBe("dead letters of shop/pay, failed, “503”, since 00:00");
  expect(shown).toMatchObject({ action: "replay", result: "10" });
  expect(deed({ action: "discard-all", filter: {}, result: { count: 0 } })).toMatchObject({
    subject: "all dead letters",
    result: "0",
  });
  const page = (cursor: string, count: number, more: object = {}) => ({
    cursor,
    record: {
      action: "replay-all",
      who: "rita",
      why: "back",
      upTo: 90,
      filter,
      ...more,
      result: { count },
    },
  });
  const pages = [
    page("9", 5),
    page("8", 10, { after: 50 }),
    page("7", 3, { upTo: 80 }),
    page("6", 10),
    page("5", 2, { who: "walter" }),
    page("4", 1, { upTo: undefined }),
    page("3", 1, { upTo: undefined }),
  ];
  const deeds = deedsOf(pages, minute);
  expect(deeds.map(({ cursor, count }) => [cursor, count])).toEqual([
    ...[
      ["9", 25],
      ["7", 3],
      ["5", 2],
      ["4", 1],
      ["3", 1],
    ],
  ]);
});

it("says what was recorded", () => {
  expect(deed({ action: "start-recording", minutes: 10, result: { count: 1 } })).toMatchObject({
    ...{ action: "start recording", subject: "10 min", result: "done" },
  });
});

it("shows what it does not know as it is, and breaks at nothing", () => {
  expect(deed({ action: "teleport", who: "x" }).action).toBe("teleport");
  for (const odd of [null, 5, [], "text", { typename: 5, id: {} }]) {
    const record = { action: odd, who: odd, why: odd, address: odd, filter: odd, result: odd };
    expect(() => deed(record)).not.toThrow();
  }
  expect(deedsOf([{ cursor: "1", base64: "AA==" }], minute)[0]?.action).toBe("(unreadable)");
});
