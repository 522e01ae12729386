import { describe, expect, it } from "vitest";
import { StreamLimit } from "../../src/surface/routes/stream-limit.ts";

describe("the turn of readers", () => {
  it("goes on to the next one when a reader that has it ends before it takes it", async () => {
    const room = new StreamLimit();
    let end = (): void => {};
    const first = room.turn(
      new AbortController(),
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const second = room.turn(leaving, async () => "second");
    const third = room.turn(staying, async () => "third");
    second.catch(() => {});
    end();
    await first;
    leaving.abort(new Error("gone"));
    await expect(third).resolves.toBe("third");
  });

  it("reads no signal of a reader that need not wait: Deno prints a warning once it was read", async () => {
    const room = new StreamLimit();
    const reader = {
      get signal(): AbortSignal {
        throw new Error("the signal was read");
      },
    };
    await expect(room.turn(reader, async () => "first")).resolves.toBe("first");
    await expect(room.turn(reader, async () => "second")).resolves.toBe("second");
  });

  it("is over before the next one's: what else the thread has to do comes in between", async () => {
    const room = new StreamLimit();
    const reader = new AbortController();
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
    await Promise.all(Array.from({ length: 5 }, () => room.turn(reader, work)));
    clearImmediate(elsewhere);
    expect(done.join(" ")).toMatch(/^(elsewhere reader ?){5}/);
  });
});
