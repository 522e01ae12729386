import { int, StatefulFunctions, string } from "statefun";
import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";

const functions = new StatefulFunctions("moved");

/** Writes down what it is told, and sends itself what it is told to remember. */
const diary = functions.bind(
  "moved/diary",
  { accepts: string, replies: string, state: { text: { type: string, initial: "" }, seen: int } },
  (context, text) => {
    const { state } = context;
    if (text === "ask") return context.reply(state.text);
    const [afterMs = "", what = ""] = text.split(" ");
    if (what === "") state.text += text;
    else context.sendAfter(Number(afterMs), diary.at(context.self.id), what);
    state.seen = (state.seen ?? 0) + 1;
  },
);

const ids = ["1", "2", "3"];
/** What an import writes in several windows. */
const many = Array.from({ length: 250 }, (_, id) => String(id));

/** What comes of it in order, two things of one moment, and what comes later. */
async function exported(ids: readonly string[]): Promise<Uint8Array> {
  await using source = await createTestRuntime(functions);
  const texts = ["3000 d", "1000 a", "2000 b", "2000 c", "5000000 z"];
  const sends = ids.flatMap((id) => texts.map((text) => source.send(diary.at(id), text)));
  await Promise.all(sends);
  await source.advance(500);
  return new Uint8Array(await new Response(source.export()).arrayBuffer());
}

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new Blob([new Uint8Array(bytes)]).stream();

describe("an export in a test runtime", () => {
  it("is imported, and goes on where it was: delayed messages come in order, each at its time", async () => {
    await using target = await createTestRuntime(functions);
    const summary = await target.import(streamOf(await exported(ids)));
    expect(summary).toMatchObject({ instances: 3, timers: 15, isDuplicate: false });
    const texts = () => ids.map((id) => target.state(diary.at(id)).text);
    const passed: string[][] = [];
    for (const ms of [999, 1, 999, 1, 999, 1, 4_000_000]) {
      await target.advance(ms);
      passed.push(texts());
    }
    expect(passed.map(([first]) => first)).toEqual(["", "a", "a", "abc", "abc", "abcd", "abcd"]);
    for (const [first, ...others] of passed) expect(others).toEqual([first, first]);
    expect((await target.instance(diary.at("1"))).timers).toHaveLength(1);
  });

  it("is imported once, however often the process dies, and says so of each import alone", async () => {
    const bytes = await exported(many);
    let deaths = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const options: TestOptions = {
        ...{ seed, crashProbability: 0.3 },
        onError: (error) => {
          if (String(error).includes("is unfinished")) deaths++;
        },
      };
      await using target = await createTestRuntime(functions, options);
      expect(await target.import(streamOf(bytes)), `${seed}`).toMatchObject({ isDuplicate: false });
      expect(await target.import(streamOf(bytes)), `${seed}`).toMatchObject({ isDuplicate: true });
      await target.advance(3_000);
      for (const id of many) {
        expect(target.state(diary.at(id)), `${seed}`).toEqual({ text: "abcd", seen: 9 });
      }
    }
    // In the middle of the writing.
    expect(deaths).toBeGreaterThan(0);
  });

  it("is refused where it is here already, and changes nothing", async () => {
    const bytes = await exported(ids);
    await using target = await createTestRuntime(functions);
    await target.send(diary.at("2"), "x");
    await expect(target.import(streamOf(bytes))).rejects.toMatchObject({ code: "conflict" });
    expect(target.state(diary.at("1"))).toEqual({ text: "" });
    await target.import(streamOf(bytes), { replace: true });
    expect(await target.call(diary.at("2"), "ask")).toBe("");
    await target.close();
    await expect(target.import(streamOf(bytes))).rejects.toMatchObject({ code: "draining" });
  });
});
