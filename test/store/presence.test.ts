import { describe, expect, it } from "vitest";
import { objectStore } from "./changed-driver.ts";
import { address, cell } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

async function opened() {
  const path = newPath();
  const subject = await Subject.open(() => () => objectStore(path, () => ({})));
  const presence = () => {
    const { presence } = subject.links;
    if (presence === undefined) throw new Error("the store tells nothing");
    return presence;
  };
  return { subject, presence };
}

const used = { lastNumber: 1, lastCell: 99, isClean: true };

describe("what the store of an object has for a directory", () => {
  it("is what was reported, which keeps no object from being forgotten", async () => {
    const { subject, presence } = await opened();
    expect(presence().reported()).toBeUndefined();
    subject.commit({ ...used, reported: "first" });
    subject.commit({ ...used, reported: "second" });
    subject.commit(used);
    await subject.reopen();
    expect(presence().reported()).toBe("second");
    const { store } = subject;
    expect("isForgettable" in store && (store as never as Forgettable).isForgettable(1e15)).toBe(
      true,
    );
    store.close();
  });

  it("are ids with a state, each once, in pages", async () => {
    const { subject, presence } = await opened();
    const ids = ["a", "b", "ä", "b/c", "", "\u0000", "x".repeat(256)];
    const cells = ids.flatMap((id, index) => [
      cell(2 * index + 1, { address: address(id), name: "one" }),
      cell(2 * index + 2, { address: address(id), name: "two", expiresAt: 1e12 }),
    ]);
    // Where a digest stands for an id, nothing says it.
    const long = cell(90, { address: address("y".repeat(257)), name: "one" });
    subject.commit({ ...used, cells: [...cells, long] });
    const { typename } = address("a");
    const seen: string[] = [];
    for (;;) {
      const page = presence().idsOf(typename, seen.at(-1), 2);
      if (page.length === 0) break;
      seen.push(...page);
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(presence().idsOf("other/function", undefined, 9)).toEqual([]);
    subject.store.close();
  });

  it("are states that have expired, which are swept only as far as they were reported", async () => {
    const { subject, presence } = await opened();
    const cells = [1, 2, 3].map((number) =>
      cell(number, { address: address(`${number}`), name: "one", expiresAt: 1_000 * number }),
    );
    subject.commit({ ...used, cells });
    subject.time = 2_500;
    const at = (number: number) => ({
      ...{ address: address(`${number}`), name: "one", cell: number },
      expiresAt: 1_000 * number,
    });
    expect(presence().expired(2_500, 9)).toEqual([at(1), at(2)]);
    expect(presence().expired(2_500, 1)).toEqual([at(1)]);
    subject.commit({ ...used, sweepTime: 1_500 });
    expect(presence().expired(9_000, 9)).toEqual([at(2), at(3)]);
    subject.store.close();
  });
});

interface Forgettable {
  isForgettable(time: number): boolean;
}
