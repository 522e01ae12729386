import {
  address,
  defineModule,
  egress,
  functionRef,
  int,
  json,
  requestReplyHandler,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";

const loose = (value: unknown): never => value as never;
const other = functionRef("demo/other", string);

/** What is said of a mistake, wherever it is made. */
async function said(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing";
}

describe("a misspelt option is refused with the known ones and the one that is meant", () => {
  const functions = () => new StatefulFunctions();
  const handler = () => {};
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    [
      "of bind",
      () => functions().bind("demo/f", loose({ accept: string }), handler),
      'the options of demo/f have no "accept", did you mean accepts? (known: accepts, replies, state, retry, expireInstanceAfterMs)',
    ],
    [
      "of a state",
      () =>
        functions().bind(
          "demo/f",
          { state: { n: loose({ type: int, expireAfterWrite: 5 }) } },
          handler,
        ),
      'have no "expireAfterWrite", did you mean expireAfterWriteMs? (known: type, initial, expireAfterWriteMs, expireAfterCallMs)',
    ],
    [
      "that is like none",
      () => functions().bind("demo/f", { state: { n: loose({ type: int, ttl: 5 }) } }, handler),
      'have no "ttl" (known: type, initial, expireAfterWriteMs, expireAfterCallMs)',
    ],
    [
      "of a retry",
      () => functions().bind("demo/f", loose({ retry: { maxAtempts: 1 } }), handler),
      'have no "maxAtempts", did you mean maxAttempts? (known: maxAttempts, initialDelayMs, maxDelayMs)',
    ],
    [
      "of a handler",
      () => requestReplyHandler(functions(), loose({ timeOutMs: 5 })),
      'have no "timeOutMs", did you mean timeoutMs? (known: ',
    ],
    [
      "of a runtime",
      () => createRuntime(loose({ modules: [], stores: 1 })),
      'the options of the runtime have no "stores", did you mean store? (known: modules, store, ',
    ],
    [
      "of a module",
      () => defineModule(loose({ name: "m", function: [] })),
      'the parts of a module have no "function", did you mean functions? (known: name, functions, endpoints, ingresses, egresses)',
    ],
    [
      "of a functionRef",
      () => functionRef("demo/f", string, loose({ reply: string })),
      'have no "reply" (known: replies)',
    ],
  ];
  it.each(cases)("%s", async (_, run, text) => {
    expect(await said(run)).toContain(text);
  });
});

describe("what is given is shown by what it is", () => {
  const functions = new StatefulFunctions();
  it.each([
    ["a schema that is none", () => json("demo/X", loose({ user: "string" })), "shape<T>()"],
    [
      "a schema that is none, by its keys",
      () => json("demo/X", loose({ user: "string" })),
      "got {user}",
    ],
    [
      "a reference where a type is wanted",
      () => functions.bind("demo/f", { accepts: loose(other) }, () => {}),
      "accepts of demo/f must be a type, got {typename, accepts, replies, at}",
    ],
    [
      "a class where an instance is wanted",
      () => requestReplyHandler(loose(StatefulFunctions)),
      "got class StatefulFunctions",
    ],
    [
      "a promise where a module is wanted",
      () => createTestRuntime(Promise.resolve(functions) as unknown as StatefulFunctions),
      "got [object Promise]",
    ],
    [
      "options where a module is wanted",
      () => createTestRuntime({ a: 1 } as unknown as StatefulFunctions),
      "got {a}",
    ],
    [
      "text where a number is wanted",
      () => createRuntime({ modules: [], timeoutMs: loose("5") }),
      'got "5"',
    ],
  ])("%s", async (_, run, text) => {
    expect(await said(run)).toContain(text);
  });
});

describe("a wrong argument of a message is named", () => {
  /** What a handler is told when it calls its context like this. */
  async function messageOf(run: (context: never) => void): Promise<string> {
    let message = "nothing";
    const functions = new StatefulFunctions();
    const f = functions.bind("demo/f", { accepts: string, state: { visits: int } }, (context) => {
      try {
        run(context as never);
      } catch (error) {
        message = (error as Error).message;
      }
    });
    await using runtime = await createTestRuntime(functions);
    await runtime.send(f.at("1"), "go");
    return message;
  }
  type Loose = Record<string, (...args: unknown[]) => void> & { state: Record<string, unknown> };
  const expected = "expected an address, ref.at(id) or address(typename, id), got ";
  const delay = "delay of sendAfter, its first argument, must be an integer from 0 on, got ";
  const to = other.at("1");
  const out = egress("demo/out", string);
  const cases: readonly (readonly [string, (context: Loose) => void, string])[] = [
    [
      "a reference without at(id)",
      (c) => c["send"]?.(other, "x"),
      `${expected}{typename, accepts, replies, at}`,
    ],
    ["an address as text", (c) => c["send"]?.("demo/f/1", "x"), `${expected}"demo/f/1"`],
    ["message and address swapped", (c) => c["send"]?.("x", to), `${expected}"x"`],
    ["a forgotten await", (c) => c["send"]?.(Promise.resolve(to), "x"), "got [object Promise]"],
    ["no address", (c) => c["send"]?.(undefined, "x"), `${expected}undefined`],
    ["the delay second", (c) => c["sendAfter"]?.(to, 1000, "x"), `${delay}{typename, id}`],
    ["the delay last", (c) => c["sendAfter"]?.(to, "x", 1000), delay],
    [
      "the delay as text",
      (c) => c["sendAfter"]?.("1000", to, "x"),
      'delay of a message to demo/other must be an integer from 0 on, got "1000"',
    ],
    ["a reference in sendAfter", (c) => c["sendAfter"]?.(1, other, "x"), expected],
    ["egress and record swapped", (c) => c["emit"]?.("x", out), 'expected an egress, got "x"'],
    ["an address where an egress is wanted", (c) => c["emit"]?.(to, "x"), "expected an egress"],
    [
      "a misspelt state",
      (c) => Object.assign(c.state, { vists: 1 }),
      'demo/f has no state "vists", did you mean visits?',
    ],
    [
      "a misspelt option",
      (c) => c["send"]?.(to, "x", { header: {} }),
      'have no "header", did you mean headers? (known: headers)',
    ],
  ];
  it.each(cases)("%s", async (_, run, text) => {
    expect(await messageOf((context) => run(context as unknown as Loose))).toContain(text);
  });

  it("by a runtime too", async () => {
    const functions = new StatefulFunctions();
    const f = functions.bind("demo/f", { accepts: string, replies: string }, () => {});
    await using runtime = await createRuntime({ modules: functions });
    for (const wrong of [f, "demo/f/1", undefined, 5]) {
      expect(await said(() => runtime.send(loose(wrong), loose("x")))).toContain(expected);
      expect(await said(() => runtime.call(loose(wrong), loose("x")))).toContain(expected);
      expect(await said(() => runtime.instance(loose(wrong)))).toContain(expected);
    }
  });

  it("where handler and options are swapped", () => {
    const functions = new StatefulFunctions();
    expect(() =>
      functions.bind(
        "demo/f",
        loose(() => {}),
        loose({ accepts: string }),
      ),
    ).toThrow("bind takes the options before the handler");
  });
});

describe("one module is taken wherever a list is", () => {
  const functions = new StatefulFunctions();
  const f = functions.bind("demo/f", { accepts: string, replies: string }, (context, text) => {
    context.reply(text);
  });

  it("by createRuntime, with the env that it wants", async () => {
    await using runtime = await createRuntime({ modules: functions });
    expect(await runtime.call(f.at("1"), "x")).toBe("x");
    const wants = new StatefulFunctions<{ readonly key: string }>();
    const key = wants.bind("demo/key", { accepts: string, replies: string }, (context) => {
      context.reply(context.env.key);
    });
    await using other = await createRuntime({ modules: wants, env: { key: "k" } });
    expect(await other.call(key.at("1"), "x")).toBe("k");
    // @ts-expect-error the module wants an env
    await (await createRuntime({ modules: wants })).close();
  });

  it("by createTestRuntime and requestReplyHandler", async () => {
    await using runtime = await createTestRuntime(functions);
    expect(await runtime.call(f.at("1"), "x")).toBe("x");
    expect(requestReplyHandler(functions)).toBeTypeOf("function");
  });

  it("and nothing else is", async () => {
    expect(await said(() => createRuntime(loose({ modules: "functions" })))).toBe(
      'expected a module, got "functions"',
    );
    expect(await said(() => createRuntime(loose({})))).toBe(
      "modules must be a module or a list, got undefined",
    );
  });
});

describe("what is bound twice is named with both places", () => {
  const bound = (name?: string, typename: "demo/f" | "demo/g" = "demo/f") => {
    const functions = new StatefulFunctions(name);
    functions.bind(typename, { accepts: string }, () => {});
    return functions;
  };
  const out = egress("demo/out", string);
  const to = out.to(() => {});
  it.each([
    [
      "two modules of one name",
      () => createRuntime({ modules: [bound(), bound("between", "demo/g"), bound()] }),
      'demo/f is bound by two modules, "functions" (number 1) and "functions" (number 3)',
    ],
    [
      "two bindings of the options",
      () => createRuntime({ modules: [], egresses: [to, egress("demo/a").to(() => {}), to] }),
      "egress demo/out is bound twice, by egresses[0] of the options and by egresses[2] of the options",
    ],
    [
      "a binding of the options and one of a module",
      () =>
        createRuntime({
          modules: [defineModule({ name: "ways out", egresses: [to] })],
          egresses: [to],
        }),
      'egress demo/out is bound twice, by egresses[0] of the options and by module "ways out"',
    ],
    [
      "two bindings of one module",
      () => createRuntime({ modules: [defineModule({ name: "ways out", egresses: [to, to] })] }),
      'egress demo/out is bound twice, both by module "ways out"',
    ],
  ])("%s", async (_, run, text) => {
    expect(await said(run)).toContain(text);
  });
});

it("a call that its own handler awaits is named when its time is over", async () => {
  const functions = new StatefulFunctions<{ ask: () => Promise<string> }>();
  let message = "";
  const f = functions.bind(
    "demo/f",
    { accepts: string, replies: string },
    async (context, text) => {
      if (text === "inner") return context.reply("never");
      message = await said(() => context.env.ask());
      context.reply("done");
    },
  );
  const ask = (): Promise<string> => runtime.call(f.at("1"), "inner", { timeoutMs: 50 });
  const runtime: Runtime = await createRuntime({ modules: functions, env: { ask } });
  expect(await runtime.call(f.at("1"), "outer")).toBe("done");
  await runtime.close();
  expect(message).toBe(
    'demo/f "1" did not answer within 50 ms: it is still handling a message. If its handler awaits this call, it waits for itself: send instead, and handle the answer as a message',
  );
});

it("an address made by hand is still an address", async () => {
  const functions = new StatefulFunctions();
  functions.bind("demo/f", { accepts: string, replies: string }, (context, text) => {
    context.reply(text);
  });
  await using runtime = await createRuntime({ modules: functions });
  const by = { typename: "demo/f", id: "" };
  await runtime.send(loose(by), loose(string.of("x")));
  await runtime.send(address("demo/f", ""), string.of("x"));
  expect(shape()).toBeDefined();
});
