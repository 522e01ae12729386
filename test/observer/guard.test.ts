import type { AcceptedEvent, HandlingEvent, HandlingObservation, Observer } from "statefun";
import { describe, expect, it } from "vitest";
import { platformClock } from "../../src/host/platform.ts";
import { hookNames } from "../../src/model/observer-option.ts";
import { observerOf } from "../../src/model/observers.ts";
import type { WatchedObserver } from "../../src/model/watch.ts";

const accepted: AcceptedEvent = {
  engine: "test",
  address: { typename: "seen/shop", id: "1" },
  messageTypename: "seen/Order",
  kind: "send",
  delayMs: 0,
  isDuplicate: false,
};
const handling: HandlingEvent = {
  engine: "test",
  address: { typename: "seen/shop", id: "1" },
  messages: [],
  isRemote: false,
};
const end = { outcome: "completed", error: undefined, durationMs: 1 } as const;
const effect = { kind: "message", typename: "seen/shop", headers: [] } as const;
const empty = { typename: "seen/Order", bytes: new Uint8Array(0), headers: [] };
const unknown = (value: unknown): never => value as never;

/** The observers as the engine has them, and what was reported. */
function guarded(...observers: readonly Observer[]) {
  const errors: unknown[] = [];
  const observer = observerOf(observers, hookNames, (error) => void errors.push(error));
  return { observer, errors };
}

/** What is reported is reported behind the back of the engine. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const by = { engine: "test", clock: platformClock } as const;

/** The two ways to an observation: as one of several observers, and that of the only one. */
const ways: Readonly<
  Record<string, (observer: WatchedObserver | undefined) => Pick<HandlingObservation, "run">>
> = {
  "of several observers": (observer) => observer?.handling?.(handling) ?? {},
  "of the only observer": (observer) => {
    const watch = observer?.watch?.(handling.address, [], by);
    return watch === undefined ? {} : { run: (run) => watch.run(run) };
  },
};
type Way = (typeof ways)[string];

/** One whose handlers are surrounded in this way. */
function running(run: HandlingObservation["run"], way: Way) {
  const { observer, errors } = guarded({ handling: () => ({ run }) as HandlingObservation });
  return { run: way(observer).run, errors };
}

describe("a hook", () => {
  it.each<[how: string, hook: () => unknown]>([
    ["throws", () => fail("thrown")],
    ["rejects", async () => fail("thrown")],
    // biome-ignore lint/suspicious/noThenProperty: what is tested.
    ["gives what has a then that throws", () => ({ then: () => fail("thrown") })],
  ])("that %s is reported once, and changes nothing", async (_, hook) => {
    const { observer, errors } = guarded({ accepted: unknown(hook), dead: unknown(hook) });
    for (let times = 0; times < 3; times++) expect(observer?.accepted?.(accepted)).toBeUndefined();
    await settled();
    expect(errors.map(String)).toEqual(["Error: thrown"]);
    observer?.dead?.(unknown({}));
    await settled();
    // Once for each hook.
    expect(errors).toHaveLength(2);
  });

  it("changes nothing where onError throws too, or rejects", async () => {
    const rejections: unknown[] = [];
    const heard = (error: unknown): void => void rejections.push(error);
    process.on("unhandledRejection", heard);
    for (const onError of [() => fail("again"), async () => fail("again")]) {
      const observer = observerOf([{ accepted: () => fail("thrown") }], hookNames, onError);
      observer?.accepted?.(accepted);
    }
    await settled();
    process.off("unhandledRejection", heard);
    expect(rejections).toEqual([]);
  });

  it("is called on its observer", () => {
    const seen: unknown[] = [];
    const own: Observer & { readonly name: string } = {
      name: "mine",
      accepted() {
        seen.push(this.name);
      },
    };
    guarded(own).observer?.accepted?.(accepted);
    expect(seen).toEqual(["mine"]);
  });

  it("is there only if an observer has it", () => {
    expect(guarded().observer).toBeUndefined();
    expect(guarded({}, {}).observer).toBeUndefined();
    const { observer } = guarded({ accepted: () => {} }, { dead: () => {} });
    expect(Object.keys(observer ?? {})).toEqual(["accepted", "dead"]);
  });
});

describe("several observers", () => {
  it("are called in their order, whatever one of them does, and each is reported", async () => {
    const heard: string[] = [];
    const { observer, errors } = guarded(
      { accepted: () => fail("first", heard) },
      { accepted: () => void heard.push("second") },
      { accepted: () => fail("third", heard) },
    );
    observer?.accepted?.(accepted);
    observer?.accepted?.(accepted);
    await settled();
    expect(heard).toEqual(["first", "second", "third", "first", "second", "third"]);
    expect(errors.map(String)).toEqual(["Error: first", "Error: third"]);
  });

  it("surround a handler, the first one outside, and the headers of the first stay", () => {
    const heard: string[] = [];
    const one = (name: string): Observer => ({
      handling: () => ({
        run: (run) => {
          heard.push(`${name} begins`);
          try {
            return run();
          } finally {
            heard.push(`${name} ends`);
          }
        },
        headers: () => ({ traceparent: name, [name]: "1" }),
        ended: () => void heard.push(`${name} ended`),
      }),
    });
    const { observer } = guarded(one("a"), { handling: () => undefined }, one("b"));
    const observation = observer?.handling?.(handling);
    expect(observation?.run?.(() => heard.push("runs"))).toBe(3);
    expect(observation?.headers?.(effect)).toEqual({ traceparent: "a", a: "1", b: "1" });
    observation?.ended?.(end);
    expect(heard).toEqual([
      ...["a begins", "b begins", "runs", "b ends", "a ends", "a ended", "b ended"],
    ]);
  });

  it.each<[which: string, ...headers: Readonly<Record<string, string>>[]]>([
    [
      "the first",
      { traceparent: "a" },
      { traceparent: "b", tracestate: "b" },
      { traceparent: "a" },
    ],
    [
      "the first, with its state",
      { traceparent: "a", tracestate: "a" },
      { traceparent: "b", tracestate: "b" },
      { traceparent: "a", tracestate: "a" },
    ],
    [
      "the second, where the first has no parent",
      { tracestate: "a", own: "a" },
      { traceparent: "b", own: "b" },
      { traceparent: "b", own: "a" },
    ],
    ["nobody", { own: "a" }, { other: "b" }, { own: "a", other: "b" }],
  ])("give the trace of one of them: of %s", (_, first, second, found) => {
    const { observer } = guarded(
      { handling: () => ({ headers: () => first }) },
      { handling: () => ({ headers: () => second }) },
    );
    expect(observer?.handling?.(handling)?.headers?.(effect)).toEqual(found);
  });

  it("give the headers of a dead letter together, those of the first stay, and what throws has none", () => {
    const { observer } = guarded(
      { handling: () => ({ deadLetterHeaders: () => ({ both: "a", a: "1" }) }) },
      {
        handling: () => ({
          deadLetterHeaders: () => {
            throw new Error("no");
          },
        }),
      },
      { handling: () => ({ deadLetterHeaders: () => ({ both: "c", c: "1" }) }) },
    );
    const observation = observer?.handling?.(handling);
    expect(observation?.deadLetterHeaders?.()).toEqual({ both: "a", a: "1", c: "1" });
  });

  it("have only the parts of an observation that one of them has", () => {
    const { observer } = guarded({ handling: () => ({}) }, { handling: () => ({ ended() {} }) });
    expect(Object.keys(observer?.handling?.(handling) ?? {})).toEqual(["ended"]);
  });
});

describe.each(Object.entries(ways))("what surrounds a handler, %s", (_way, way) => {
  it.each<[how: string, run: unknown, reported: readonly string[]]>([
    ["runs it and gives what it gave", (run: () => unknown) => run(), []],
    ["throws before", () => fail("before"), ["Error: before"]],
    ["throws afterwards", (run: () => unknown) => fail(`after ${run()}`), ["Error: after result"]],
    ["gives something else", (run: () => unknown) => [run()], []],
    ["never runs it", () => {}, []],
    ["runs it twice", (run: () => unknown) => [run(), run()], []],
    ["waits before it runs it", (run: () => unknown) => settled().then(run), []],
    ["rejects", async () => fail("later"), ["Error: later"]],
    ["is no function", 5, []],
  ])("and %s: it runs once, and its result counts", async (_, run, reported) => {
    const { run: surrounded, errors } = running(unknown(run), way);
    let runs = 0;
    const handler = () => {
      runs++;
      return "result";
    };
    expect(surrounded === undefined ? handler() : surrounded(handler)).toBe("result");
    await settled();
    expect(runs).toBe(1);
    expect(errors.map(String)).toEqual(reported);
  });

  it.each<[how: string, run: unknown]>([
    ["lets it through", (run: () => unknown) => run()],
    ["drops it", (run: () => unknown) => attempt(run)],
  ])("and %s: an error of the handler is the handler's", async (_, run) => {
    const { run: surrounded, errors } = running(unknown(run), way);
    expect(() => surrounded?.(() => fail("of the handler"))).toThrow("of the handler");
    await settled();
    expect(errors).toEqual([]);
  });

  it("hands on the promise of a handler itself, which nobody else waits for", async () => {
    const { run, errors } = running((inner) => inner(), way);
    let thens = 0;
    // biome-ignore lint/suspicious/noThenProperty: what is tested.
    const lazy = { then: () => void thens++ };
    expect(run?.(() => lazy)).toBe(lazy);
    const failing = Promise.reject(new Error("of the handler"));
    expect(run?.(() => failing)).toBe(failing);
    await expect(failing).rejects.toThrow();
    expect(thens).toBe(0);
    expect(errors).toEqual([]);
  });
});

describe("an observation", () => {
  it.each<[what: string, headers: unknown, found: unknown]>([
    ["texts", () => ({ a: "1" }), { a: "1" }],
    ["what is no text", () => ({ a: 1, b: "2", c: null }), { b: "2" }],
    ["no object", () => "traceparent", undefined],
    ["an error", () => fail("headers"), undefined],
    ["a promise", async () => ({ a: "1" }), undefined],
  ])("may give headers that are %s", (_, headers, found) => {
    const { observer } = guarded({ handling: () => unknown({ headers }) });
    expect(observer?.handling?.(handling)?.headers?.(effect)).toEqual(found);
  });

  it.each(["run", "headers", "ended"])(
    "whose %s cannot be read is as one without it",
    async (name) => {
      const hostile = () => Object.defineProperty({}, name, { get: () => fail("read") });
      const { observer, errors } = guarded({ handling: hostile, sending: hostile });
      const whole = observer?.handling?.(handling);
      expect(whole?.run?.(() => 1) ?? 1).toBe(1);
      whole?.ended?.(end);
      const watch = observer?.watch?.(handling.address, [], by);
      expect(watch?.run(() => 1)).toBe(1);
      expect(
        watch?.effect(
          "message",
          "seen/shop",
          ({ headers }) => ({ ...empty, headers: headers([]) }),
          () => true,
        )?.headers ?? [],
      ).toEqual([]);
      watch?.ended("completed", undefined);
      const sent = observer?.send?.("send", handling.address, empty, 0, false, () => true);
      expect(sent?.argument).toBe(empty);
      sent?.ended(undefined);
      await settled();
      const isOfSends = name !== "run";
      expect(errors.map(String)).toEqual(Array(isOfSends ? 2 : 1).fill("Error: read"));
    },
  );

  it("whose headers cannot be read gives none, and says so", async () => {
    const headers = () =>
      Object.defineProperty({}, "a", { enumerable: true, get: () => fail("a") });
    const { observer, errors } = guarded({ handling: () => unknown({ headers }) });
    expect(observer?.handling?.(handling)?.headers?.(effect)).toBeUndefined();
    await settled();
    expect(errors.map(String)).toEqual(["Error: a"]);
  });
});

function fail(text: string, heard?: string[]): never {
  heard?.push(text);
  throw new Error(text);
}

function attempt(run: () => unknown): void {
  try {
    run();
  } catch {
    // Dropped.
  }
}
