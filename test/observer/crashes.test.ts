import { egress, int, NonRetryableError, type Observer, StatefulFunctions, string } from "statefun";
import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { hookNames } from "../../src/model/observer-option.ts";
import { seeded } from "../../src/testing/random.ts";
import { type Collecting, collecting } from "./support/collecting.ts";
import { ways } from "./support/shop.ts";

const entries = egress("test/entries", string);

/** A chain of counters: each adds, writes an entry, tells the next; the last sets two timers and cancels one. Some messages fail. */
function chain(isAsync: boolean) {
  const functions = new StatefulFunctions("chain");
  const state = { total: { type: int, initial: 0 }, late: { type: int, initial: 0 } };
  const counter = functions.bind("test/counter", { accepts: int, state }, (context, amount) => {
    const run = (): void => {
      if (amount === 0) {
        context.state.late++;
        return;
      }
      context.state.total += amount;
      if (amount % 7 === 0) throw new NonRetryableError(`${amount} is not liked`);
      context.emit(entries, `${context.self.id}: ${context.state.total}`);
      const next = Number(context.self.id) + 1;
      if (next < 4) context.send(counter.at(String(next)), amount);
      else {
        context.sendAfter(10, context.self, int.of(0), { cancellationToken: `a${amount}` });
        context.sendAfter(20, context.self, int.of(0), { cancellationToken: `b${amount}` });
        context.cancel(`a${amount}`);
      }
    };
    return isAsync ? Promise.resolve().then(run) : run();
  });
  return { functions, counter };
}

async function played(isAsync: boolean, options: TestOptions) {
  const { functions, counter } = chain(isAsync);
  const runtime = await createTestRuntime(functions, options);
  for (let amount = 1; amount <= 20; amount++) await runtime.send(counter.at("1"), amount);
  await runtime.advance(1_000);
  const ids = ["1", "2", "3"];
  const result = {
    states: ids.map((id) => runtime.state(counter.at(id))),
    // The order over several counters is nobody's promise.
    entries: ids.map((id) => runtime.emitted(entries).filter((entry) => entry.startsWith(id))),
    letters: (await runtime.deadLetters.list()).map(({ error, attempts, address }) => {
      return { ...error, attempts, id: address.id };
    }),
    now: runtime.now(),
  };
  await runtime.close();
  return result;
}

/** Events without what a crash may change: they are compared as texts. */
function texts({ heard }: Collecting): string[] {
  return heard
    .filter(({ hook }) => /^(?:dead|timer|emitted|accepted|delivered)$/.test(hook))
    .map(({ hook, event }) => JSON.stringify([hook, event]));
}

const subjects = ways.flatMap((way) => [1, 2, 3, 4].map((seed) => ({ ...way, seed })));

describe.each(subjects)("$way handlers under seed $seed", ({ isAsync, seed }) => {
  it("are reported again where a crash takes back what was reported, and nothing of it is missing", async () => {
    const [calm, rough] = [collecting(), collecting()];
    const expected = await played(isAsync, { seed, observer: calm.observer });
    const options = { seed, crashProbability: 0.1, observer: rough.observer };
    expect(await played(isAsync, options)).toEqual(expected);
    expect(expected.letters).toHaveLength(2);
    expect(calm.of("timer").filter(({ kind }) => kind === "fired")).toHaveLength(18);
    expect(rough.heard.length).toBeGreaterThan(calm.heard.length);
    // What happened in the end was told, in both.
    const again = texts(rough).filter((text) => !text.includes('"delivered"'));
    const once = texts(calm).filter((text) => !text.includes('"delivered"'));
    for (const text of new Set(once)) {
      const count = (all: readonly string[]) => all.filter((one) => one === text).length;
      expect(count(again), text).toBeGreaterThanOrEqual(count(once));
    }
  });

  it("do the same with observers that throw and reject at random as without one", async () => {
    const random = seeded(seed);
    let thrown = 0;
    const trouble = (): unknown => {
      if (random() < 0.5) return undefined;
      thrown++;
      if (random() < 0.5) throw new Error("an observer fails");
      return Promise.reject(new Error("an observer rejects"));
    };
    const failing = (): Observer => collecting(trouble).observer;
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    for (const crashProbability of [0, 0.1]) {
      const without = await played(isAsync, { seed, crashProbability });
      const observer = [failing(), failing()];
      expect(await played(isAsync, { seed, crashProbability, observer, onError })).toEqual(without);
    }
    expect(thrown).toBeGreaterThan(100);
    // Each hook of each observer at most once, in two runs.
    const reported = errors.filter((error) => /an observer/.test(String(error)));
    expect(reported.length).toBeGreaterThan(4);
    expect(reported.length).toBeLessThanOrEqual(4 * hookNames.length);
  });
});

describe("on a clock that stands still", () => {
  const { functions, counter } = chain(false);

  it("a timer is reported with the delay, and with how late it was", async () => {
    const seen = collecting();
    const runtime = await createTestRuntime(functions, { observer: seen.observer });
    await runtime.send(counter.at("9"), 1, { delayMs: 500 });
    await runtime.advance(499);
    const timer = { engine: "test", address: { typename: "test/counter", id: "9" } };
    expect(seen.of("timer")).toEqual([{ ...timer, kind: "set", ms: 500 }]);
    await runtime.advance(1);
    expect(seen.of("timer")[1]).toEqual({ ...timer, kind: "fired", ms: 0 });
    await runtime.close();
  });

  it("a crash says nothing, and the end does", async () => {
    const seen = collecting();
    const runtime = await createTestRuntime(functions, { observer: seen.observer });
    await runtime.send(counter.at("1"), 1);
    await runtime.crash();
    expect(seen.of("stopped")).toEqual([]);
    await runtime.close();
    expect(seen.of("stopped")).toEqual([{ engine: "test", error: undefined }]);
  });
});
