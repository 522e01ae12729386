import { describe, expect, it } from "vitest";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { thrown } from "./checks.ts";
import { all, first, second } from "./full-windows.ts";
import { emptyWindow } from "./records.ts";
import { Subject } from "./subject.ts";

describe("a commit of the memory store", () => {
  it("leaves nothing when any of its records cannot be read", async () => {
    const store = memoryStore();
    const subject = await Subject.open(() => () => store);
    subject.commit(first);
    const before = all(subject);
    const broken = new Proxy({} as never, {
      ownKeys: () => {
        throw new RangeError("broken");
      },
    });
    const window = subject.window(second);
    const lists = [
      ...(["cells", "renewed", "attempts", "accepted", "positions", "keep"] as const).map(
        (name) => ({ [name]: [...window[name], broken] }),
      ),
      ...(["messages", "timers", "egress", "dead", "outbox", "linksOut", "linksIn"] as const).map(
        (name) => ({ [name]: { ...window[name], added: [...window[name].added, broken] } }),
      ),
    ];
    for (const list of lists) {
      expect(() => subject.store.commit({ ...window, ...list })).toThrow("broken");
      expect(all(subject)).toBe(before);
    }
    subject.store.commit(window);
  });

  it("is refused after the close: somebody else may have the store", async () => {
    const handle = memoryStore();
    const old = await Subject.open(() => () => handle);
    old.store.close();
    const now = await Subject.open(() => () => handle);
    await thrown("store_failed", () => old.store.commit(emptyWindow(1)));
    old.store.close();
    await thrown("store_locked", () => Subject.open(() => () => handle));
    now.store.close();
  });
});
