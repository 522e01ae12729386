import {
  invocationHandler,
  type Observer,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { createClient } from "statefun/client";
import { codecV3 } from "statefun/protocol";
import { createRuntime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { hookNames } from "../../src/model/observer-option.ts";
import { collecting } from "./support/collecting.ts";

const functions = new StatefulFunctions("seen");
const ref = functions.bind("seen/nothing", { accepts: string }, () => {});

/** Each entry that takes an observer and runs here; those of Durable Objects are asked on workerd. */
const entries: readonly (readonly [string, (observer: Observer) => unknown])[] = [
  ["requestReplyHandler", (observer) => requestReplyHandler(functions, { observer })],
  ["invocationHandler", (observer) => invocationHandler(functions, { observer })],
  ["createRuntime", (observer) => createRuntime({ modules: [functions], observer })],
  ["createTestRuntime", (observer) => createTestRuntime(functions, { observer })],
  ["createClient", (observer) => createClient({ url: "http://127.0.0.1:1", observer })],
];

/** What no observer is, and what is said of it. */
const wrong: readonly (readonly [what: string, observer: unknown, text: string])[] = [
  ["a misspelt hook", { acepted: () => {} }, 'have no "acepted", did you mean accepted?'],
  ["a hook of another name", { onMessage: () => {} }, 'have no "onMessage" (known: sending, '],
  ["a hook that is no function", { dead: 5 }, "hook dead must be a function, got 5"],
  ["a function", () => {}, "the hooks of an observer must be an object"],
  ["null", null, "the hooks of an observer must be an object, got null"],
  ["one of several", [{}, { timers: () => {} }], 'have no "timers", did you mean timer?'],
];

describe.each(entries)("the option observer of %s", (_, start) => {
  it.each(wrong)("refuses %s", async (_what, observer, text) => {
    const starting = (async () => start(observer as Observer))();
    await expect(starting).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(starting).rejects.toThrow(text);
  });
});

describe("a handler with an observer", () => {
  const request = codecV3.encodeRequest({
    target: { typename: ref.typename, id: "1" },
    state: new Map(),
    invocations: [
      {
        caller: undefined,
        argument: { typename: string.typename, bytes: string.encode("hello"), headers: [] },
      },
    ],
  });

  it("answers the first requests as those after them, and as one without it", async () => {
    const { observer } = collecting();
    const expected = await invocationHandler(functions)(request);
    const invoke = invocationHandler(functions, { observer, onError: () => {} });
    const firsts = await Promise.all([invoke(request), invoke(request), invoke(request)]);
    expect([...firsts, await invoke(request)]).toEqual([expected, expected, expected, expected]);
    await expect(invoke(new Uint8Array([255]))).rejects.toMatchObject({
      code: "malformed_request",
    });
  });
});

describe("the hooks of an observer", () => {
  it("are all known", () => {
    expect(Object.keys(collecting().observer)).toEqual(hookNames);
  });

  it("may be methods of a class, which are called on its instance", async () => {
    class Counting implements Observer {
      readonly #counts = new Map<string, number>();
      accepted(): void {
        this.#counts.set("accepted", (this.#counts.get("accepted") ?? 0) + 1);
      }
      get count(): number | undefined {
        return this.#counts.get("accepted");
      }
    }
    const observer = new Counting();
    const runtime = await createTestRuntime(functions, { observer });
    await runtime.send(ref.at("1"), "hello");
    await runtime.close();
    expect(observer.count).toBe(1);
  });
});
