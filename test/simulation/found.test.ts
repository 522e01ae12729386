import { describe, expect, it } from "vitest";
import type { LinkAnswer, LinkBatch } from "../../src/engine/contract/links.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { VirtualClock } from "../../src/testing/virtual-clock.ts";
import { linkStoreOf } from "../store/subject.ts";
import { arrivalFor, singleEngine, turns } from "./single-engine.ts";

const noLinks = () => Promise.reject(new Error("nobody is there"));
const hourMs = 3_600_000;

describe("what the simulator has found", () => {
  it("sends nothing under an epoch that is not stored, whichever window is released", async () => {
    const clock = new VirtualClock(1_000, setImmediate);
    const memory = linkStoreOf(memoryStore());
    let refuses = false;
    let hold: Promise<void> | undefined;
    const store: typeof memory = new Proxy(memory, {
      get: (inner, name) => {
        if (name === "commit" && refuses) return () => expect.fail("refused");
        if (name === "durable") return () => hold ?? Promise.resolve();
        const method: unknown = Reflect.get(inner, name);
        return typeof method === "function" ? method.bind(inner) : method;
      },
    });
    const sent: { readonly epoch: number; readonly stored: number | undefined }[] = [];
    const answers: ((answer: LinkAnswer) => void)[] = [];
    const deliver = (_: string, { epoch }: LinkBatch): Promise<LinkAnswer> => {
      sent.push({ epoch, stored: memory.linksOut()[0]?.epoch });
      return new Promise((resolve) => answers.push(resolve));
    };
    const engine = await singleEngine(store, clock, deliver);
    await engine.send(arrivalFor("there"));
    const epoch = sent[0]?.epoch ?? 0;
    answers[0]?.({ kind: "taken", epoch, last: 1 });
    await engine.send(arrivalFor("there"));
    await turns();
    // The second one is on its way. The third one is committed and does not survive a crash yet …
    let release: () => void = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    void engine.send(arrivalFor("there"));
    await turns();
    // … when the receiver says that it has forgotten the link, and the store refuses the new epoch.
    refuses = true;
    answers[1]?.({ kind: "gap", epoch, expected: 1 });
    await turns();
    release();
    await turns();
    expect(sent).toHaveLength(2);
    refuses = false;
    clock.moveTo(clock.now() + 200);
    await turns();
    expect(sent).toHaveLength(3);
    expect(sent[2]?.epoch).toBeGreaterThan(epoch);
    for (const { epoch, stored } of sent) expect(stored).toBe(epoch);
    await engine.close(0);
  });

  it("does not look for due timers again and again while a clock that was set back catches up", async () => {
    const handle = memoryStore();
    const early = new VirtualClock(10 * hourMs, setImmediate);
    const first = await singleEngine(linkStoreOf(handle), early, noLinks);
    await first.send(arrivalFor("here", 5));
    await first.close(0);
    const late = new VirtualClock(9 * hourMs, setImmediate);
    const second = await singleEngine(linkStoreOf(handle), late, noLinks);
    let looks = 0;
    while (late.now() < 10 * hourMs && looks < 100) {
      await turns();
      if (late.next === undefined) break;
      late.moveTo(late.next);
      looks++;
    }
    await turns();
    expect(second.health().pendingMessages).toBe(1);
    expect(looks).toBeLessThan(10);
    await second.close(0);
  });
});
