import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { int, StatefulFunctions, string, upgraded } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { statesOf } from "../../src/host/inspect.ts";
import { reasonOf } from "../../src/internal/show.ts";
import { acting } from "../engine/actions/support.ts";
import { programs } from "./generations.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "statefun-evolution-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const stores = {
  memory: () => {
    const store = memoryStore();
    return () => store;
  },
  sqlite: () => {
    const path = join(directory, `${crypto.randomUUID()}.db`);
    return () => sqliteStore(path);
  },
};

const errors: string[] = [];

async function started(modules: StatefulFunctions, store: Store): Promise<Runtime> {
  errors.length = 0;
  return createRuntime({
    modules,
    store,
    http: { admin: { authenticate: "none" } },
    onError: (error) => void errors.push(reasonOf(error)),
  });
}

const basket = { typename: "demo/basket", id: "1" } as const;

/** What one generation of the application answers, of a runtime of its own. */
async function asked(
  program: ReturnType<typeof programs>[number],
  store: Store,
  ...names: readonly string[]
): Promise<readonly string[]> {
  const runtime = await started(program.functions, store);
  const answers: string[] = [];
  for (const name of names) answers.push(await runtime.call(program.ref.at(basket.id), name));
  await runtime.close();
  return answers;
}

describe.each(["memory", "sqlite"] as const)("a state of three generations, on %s", (kind) => {
  it.each(["own", "same"] as const)("is read and written by each next one: %s", async (names) => {
    const [one, two, three] = programs(names);
    const store = stores[kind]();
    expect(await asked(one, store(), "a", "b")).toEqual(["a", "a,b"]);
    expect(await asked(two, store(), "", "c", "")).toEqual(["a,b", "a,b,c", "a,b,c"]);
    expect(await asked(three, store(), "", "d")).toEqual(["a,b,c", "a,b,c,d"]);
  });

  it.each(["own", "same"] as const)("may leave one out, and may be new: %s", async (names) => {
    const [one, , three] = programs(names);
    const store = stores[kind]();
    expect(await asked(one, store(), "a")).toEqual(["a"]);
    expect(await asked(three, store(), "", "b")).toEqual(["a", "a,b"]);
    const other = stores[kind]();
    expect(await asked(three, other(), "", "b")).toEqual(["", "b"]);
  });

  it("stays as it is stored while it is only read", async () => {
    const [one, , three] = programs("own");
    const store = stores[kind]();
    await asked(one, store(), "a");
    expect(await asked(three, store(), "", "")).toEqual(["a", "a"]);
    expect(await asked(one, store(), "")).toEqual(["a"]);
  });

  it.each(["own", "same"] as const)(
    "is refused by the generation before, with what to do, and nothing is lost: %s",
    async (names) => {
      const [one, two] = programs(names);
      const store = stores[kind]();
      await asked(one, store(), "a");
      await asked(two, store(), "b");
      const runtime = await started(one.functions, store());
      await runtime.send(one.ref.at("1"), "c");
      await expect.poll(() => errors.length).toBeGreaterThan(0);
      const said =
        names === "own"
          ? 'it is stored as "demo/Basket.two" and declared as demo/Basket'
          : "demo/Basket: items[0]: ";
      expect(errors[0]).toContain(said);
      expect(errors[0]).toContain("declare the stored type again");
      const response = await runtime.fetch(new Request("http://x/admin/troubles"));
      const { troubles } = Object(await response.json());
      expect(troubles).toEqual([
        expect.objectContaining({ kind: "state", reason: expect.stringContaining(said) }),
      ]);
      await runtime.close({ drainMs: 0 });
      // The message has waited for the deploy that can read the state.
      expect(await asked(two, store(), "")).toEqual(["a,b,c"]);
    },
  );

  it("loses nothing in any order of deploys forward, whatever is done in each", async () => {
    const deploy = fc.record({
      generation: fc.nat(2),
      names: fc.array(fc.constantFrom("", "x", "y", "z"), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("own" as const, "same" as const),
        fc.array(deploy, { minLength: 2, maxLength: 4 }),
        async (typenames, deploys) => {
          const all = programs(typenames);
          const store = stores[kind]();
          const expected: string[] = [];
          for (const { generation, names } of deploys.sort((a, b) => a.generation - b.generation)) {
            const program = all[generation] ?? all[0];
            const answers = await asked(program, store(), ...names);
            for (const [index, name] of names.entries()) {
              if (name !== "") expected.push(name);
              expect(answers[index]).toBe(expected.join());
            }
          }
        },
      ),
      { numRuns: kind === "memory" ? 60 : 15 },
    );
  });
});

describe.each(["memory", "sqlite", "object"] as const)("what is stored, on %s", (kind) => {
  const host = acting(kind);
  const old = (): StatefulFunctions => {
    const functions = new StatefulFunctions();
    const state = { n: { type: int, expireAfterWriteMs: 3_600_000 }, other: int };
    functions.bind("demo/basket", { accepts: string, state }, (context, text) => {
      context.state.n = Number(text);
      context.state.other = 5;
    });
    return functions;
  };
  const renewed = (handle: (state: { n?: string | undefined }) => void): StatefulFunctions => {
    const functions = new StatefulFunctions();
    const n = upgraded(string, { from: int, upgrade: String });
    functions.bind("demo/basket", { accepts: string, state: { n, other: int } }, ({ state }) =>
      handle(state),
    );
    return functions;
  };
  const sent = { typename: "io.statefun.types/string", bytes: string.encode("7"), headers: [] };
  const send = (engine: Awaited<ReturnType<typeof host.start>>) =>
    engine.send({ target: basket, argument: sent, idempotencyKey: undefined, delayMs: 0 });

  it("is the new type once it is assigned, and the old one until then", async () => {
    let engine = await host.start(old());
    await send(engine);
    await engine.idle();
    const seen: (string | undefined)[] = [];
    engine = await host.start(renewed((state) => void seen.push(state.n)));
    await send(engine);
    await engine.idle();
    expect(seen).toEqual(["7"]);
    expect(statesOf(engine.partition, basket).get("n")?.typename).toBe(int.typename);
    engine = await host.start(
      renewed((state) => {
        state.n = `${state.n}!`;
      }),
    );
    await send(engine);
    await engine.idle();
    const stored = statesOf(engine.partition, basket).get("n");
    expect(stored?.typename).toBe(string.typename);
    expect(string.decode(stored?.bytes ?? new Uint8Array())).toBe("7!");
  });

  it("is the new type too where the same value is assigned", async () => {
    let engine = await host.start(old());
    await send(engine);
    await engine.idle();
    engine = await host.start(
      renewed((state) => {
        const { n } = state;
        state.n = n;
      }),
    );
    await send(engine);
    await engine.idle();
    expect(statesOf(engine.partition, basket).get("n")?.typename).toBe(string.typename);
  });
});
