import { describe, expect, it } from "vitest";
import { StreamLimit } from "../../src/surface/routes/stream-limit.ts";

describe("the turn of readers", () => {
  it("goes on to the next one when a reader that has it ends before it takes it", async () => {
    const room = new StreamLimit();
    let end = (): void => {};
    const first = room.turn(
      new AbortController().signal,
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const second = room.turn(leaving.signal, async () => "second");
    const third = room.turn(staying.signal, async () => "third");
    second.catch(() => {});
    end();
    await first;
    leaving.abort(new Error("gone"));
    await expect(third).resolves.toBe("third");
  });

  it("is over before the next one's: what else the thread has to do comes in between", async () => {
    const room = new StreamLimit();
    const { signal } = new AbortController();
    const done: string[] = [];
    let elsewhere: NodeJS.Immediate | undefined;
    const rounds = (): void => {
      if (done.at(-1) !== "elsewhere") done.push("elsewhere");
      elsewhere = setImmediate(rounds);
    };
    const work = async (): Promise<void> => {
      done.push("reader");
      const until = performance.now() + 10;
      while (performance.now() < until);
    };
    rounds();
    await Promise.all(Array.from({ length: 5 }, () => room.turn(signal, work)));
    clearImmediate(elsewhere);
    expect(done.join(" ")).toMatch(/^(elsewhere reader ?){5}/);
  });
});
