import { describe, expect, it } from "vitest";
import type { DeadGroup } from "../../../src/console/page/api/types.ts";
import {
  filterIn,
  groupIn,
  groupText,
  reasonOf,
  shownGroups,
} from "../../../src/console/page/screens/dead-letters/letter-filter.ts";

function group(reason: string, parts: Partial<DeadGroup> = {}): DeadGroup {
  const about = { typename: "shop/pay", code: "failed", count: 1 };
  return { ...about, firstAtMs: 1_000, lastAtMs: 2_000, reason, ...parts };
}

const at = "shop/pay at http://127.0.0.1:8080 answered 500: ";

describe("the reason of a group as a filter", () => {
  it("is the whole reason where nothing in it varies", () => {
    const one = group("the cart is empty");
    expect(reasonOf(one, [one])).toBe("the cart is empty");
  });

  it("is a part that every letter of the group has, and no other group", () => {
    const said = group(`${at}card service said 503`);
    const refused = group(`${at}card refused: no funds`);
    expect(reasonOf(said, [said, refused])).toBe("card service said");
    expect(reasonOf(refused, [said, refused])).toBe("card refused: no funds");
  });

  it("leaves out quoted parts and ids, which differ from letter to letter", () => {
    const one = group('order "a b" of 0193-4af is unknown');
    expect(reasonOf(one, [one])).toBe("is unknown");
  });

  it("is a part of the reason for every reason that has a letter", () => {
    for (const reason of [at, "1", "'x'", "", "a1b", "…1…", "$& 7 (.*)"]) {
      const one = group(reason);
      expect(reason).toContain(reasonOf(one, [one]));
    }
  });

  it("says nothing of groups that stand for several reasons", () => {
    const one = group("(other reasons)");
    expect(reasonOf(one, [one])).toBe("");
  });

  it("is not hindered by groups of another function or code", () => {
    const one = group("said 503");
    const elsewhere = group("said 4", { typename: "shop/cart" });
    expect(reasonOf(one, [one, elsewhere])).toBe("said");
  });
});

describe("a group in the URL", () => {
  it("comes back as it went, with blanks and line breaks in its reason", () => {
    const one = group("line one\nline two  with blanks");
    expect(groupIn(groupText(one, [one]))).toEqual({
      subject: "shop/pay",
      code: "failed",
      reason: "line one\nline two  with blanks",
    });
  });

  it("is of its egress, for records", () => {
    const one = group("smtp", { egress: "shop/mails" });
    expect(groupIn(groupText(one, [one]))?.subject).toBe("shop/mails");
  });

  it("is nothing where the URL is nonsense", () => {
    expect(groupIn("")).toBeUndefined();
    expect(groupIn("shop/pay")).toBeUndefined();
  });
});

describe("the filter of the URL", () => {
  const filterOf = (params: Record<string, string>) => filterIn(new URLSearchParams(params));

  it("is empty without parameters", () => {
    expect(filterOf({})).toEqual({});
  });

  it("takes function, code, text and time", () => {
    expect(filterOf({ function: "a/b", code: "failed", text: "x", since: "17" })).toEqual({
      function: "a/b",
      code: "failed",
      reason: "x",
      since: 17,
    });
  });

  it("lets a group say more than the filters", () => {
    const group = "shop/pay failed card service said";
    expect(filterOf({ function: "a/b", text: "card", group })).toEqual({
      function: "shop/pay",
      code: "failed",
      reason: "card service said",
    });
  });

  it("keeps a text that the group does not have", () => {
    const group = "shop/pay failed card service said";
    expect(filterOf({ text: "503", group })).toMatchObject({ reason: "503", code: "failed" });
  });

  it("drops a time that is none", () => {
    for (const since of ["x", "-1", "1.5", "1e99"]) expect(filterOf({ since })).toEqual({});
  });

  it("chooses no function for the group of all others", () => {
    expect(filterOf({ group: "(others) (others) " })).toEqual({});
  });
});

it("shows the groups that the filters let through", () => {
  const early = group("early", { lastAtMs: 1_000 });
  const late = group("late", { lastAtMs: 5_000, code: "non_retryable" });
  const shown = (params: Record<string, string>) =>
    shownGroups([early, late], new URLSearchParams(params));
  expect(shown({})).toEqual([early, late]);
  // By time and text the server chooses.
  expect(shown({ since: "2000", text: "ear" })).toEqual([early, late]);
  expect(shown({ code: "non_retryable" })).toEqual([late]);
  expect(shown({ function: "shop/cart" })).toEqual([]);
});
