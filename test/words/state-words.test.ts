import { int, json, StatefulFunctions, shape, string, upgraded } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { reasonOf } from "../../src/internal/show.ts";

/** One message to a version of `demo/f`, on a store that an earlier version has written. */
async function deploy(bind: (functions: StatefulFunctions) => void, store = memoryStore()) {
  const errors: unknown[] = [];
  const functions = new StatefulFunctions();
  bind(functions);
  const runtime = await createRuntime({
    modules: functions,
    store,
    onError: (error) => void errors.push(error),
  });
  const f = { typename: "demo/f", id: "1" } as never;
  await runtime.send(f, string.of("x") as never);
  await runtime.idle();
  const letters = await runtime.deadLetters.list();
  await runtime.close({ drainMs: 0 });
  return { store, reported: errors.map(reasonOf), letters };
}

const asInt = (functions: StatefulFunctions) =>
  functions.bind("demo/f", { accepts: string, state: { n: int } }, (context) => {
    context.state.n = (context.state.n ?? 0) + 1;
  });

const ways =
  "; messages wait until it can be read: declare the stored type again, or a type that reads it too (upgraded), move the value to a state of another name, or clear it before it is read";

describe("a state of another type than the stored one", () => {
  it("is reported with both types and the ways out", async () => {
    const { store } = await deploy(asInt);
    const { reported, letters } = await deploy((functions) => {
      functions.bind("demo/f", { accepts: string, state: { n: string } }, (context) => {
        context.state.n = `${context.state.n}!`;
      });
    }, store);
    expect(reported[0]).toBe(
      `state "n" of demo/f: it is stored as "io.statefun.types/int" and declared as io.statefun.types/string${ways}`,
    );
    expect(letters).toEqual([]);
  });

  it("is reported in the same way where the type has its name and another form", async () => {
    const { store } = await deploy((functions) => {
      const old = json("demo/N", shape<number>());
      functions.bind("demo/f", { accepts: string, state: { n: old } }, (context) => {
        context.state.n = 1;
      });
    });
    const checked = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          typeof value === "string" ? { value } : { issues: [{ message: "must be text" }] },
      },
    };
    const { reported } = await deploy((functions) => {
      const n = json("demo/N", checked);
      functions.bind("demo/f", { accepts: string, state: { n } }, (context) => {
        context.state.n = `${context.state.n}!`;
      });
    }, store);
    expect(reported[0]).toContain("must be text");
    expect(reported[0]).toContain(ways);
  });

  it("can be left by the first way: the stored type again", async () => {
    const { store } = await deploy(asInt);
    expect((await deploy(asInt, store)).reported).toEqual([]);
  });

  it("can be left by the second way: the declared type reads the stored one", async () => {
    const { store } = await deploy(asInt);
    let seen: string | undefined;
    const { reported } = await deploy((functions) => {
      const n = upgraded(string, { from: int, upgrade: String });
      functions.bind("demo/f", { accepts: string, state: { n } }, (context) => {
        seen = context.state.n;
      });
    }, store);
    expect([seen, reported]).toEqual(["1", []]);
    // It was only read: what is stored is what was stored.
    expect((await deploy(asInt, store)).reported).toEqual([]);
  });

  it("can be left by the third way: the value moves to a state of another name", async () => {
    const { store } = await deploy(asInt);
    let seen = "";
    const { reported } = await deploy((functions) => {
      const state = { n: int, text: string };
      functions.bind("demo/f", { accepts: string, state }, (context) => {
        context.state.text ??= String(context.state.n);
        context.clear("n");
        seen = context.state.text;
      });
    }, store);
    expect(reported).toEqual([]);
    expect(seen).toBe("1");
  });

  it("can be left by the fourth way: it is cleared before it is read", async () => {
    const { store } = await deploy(asInt);
    const { reported } = await deploy((functions) => {
      functions.bind("demo/f", { accepts: string, state: { n: string } }, (context) => {
        context.clear("n");
        context.state.n = "anew";
      });
    }, store);
    expect(reported).toEqual([]);
  });
});
