import { int, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore, type Store } from "statefun/runtime";
import { expect, it } from "vitest";

/** A store whose timers cannot be looked up once it is told so: a fault that no real one shows on demand. */
function failing(store: Store, isFailing: () => boolean): Store {
  const open = store["~store"] as () => { timerByToken(owner: string, token: string): unknown };
  return {
    "~store": () => {
      const inner = open();
      const read = inner.timerByToken.bind(inner);
      inner.timerByToken = (owner, token) => {
        if (isFailing()) throw new Error("the disk is gone");
        return read(owner, token);
      };
      return inner;
    },
  };
}

it("commits nothing of a step whose effects cannot be applied, and says so", async () => {
  const functions = new StatefulFunctions();
  const counter = functions.bind(
    "demo/counter",
    { accepts: int, state: { n: int } },
    (context, by) => {
      context.state.n = (context.state.n ?? 0) + by;
    },
  );
  const program = functions.bind(
    "demo/program",
    { accepts: string, state: { runs: { type: int, initial: 0 } } },
    (context) => {
      context.send(counter.at("c"), 1);
      context.cancel("later");
      context.state.runs += 1;
    },
  );
  const store = memoryStore();
  let isFailing = true;
  const first = await createRuntime({
    modules: [functions],
    store: failing(store, () => isFailing),
  });
  await expect(first.send(program.at("p"), "go")).rejects.toMatchObject({ code: "store_failed" });
  // Closing lets the store go, and says that it has failed.
  await expect(first.close()).rejects.toMatchObject({ code: "store_failed" });
  isFailing = false;
  const second = await createRuntime({ modules: [functions], store });
  await second.idle();
  // The receipt said that nobody can know: it is there as a whole, or not at all.
  const { runs } = (await second.instance(program.at("p"))).state;
  expect((await second.instance(counter.at("c"))).state.n ?? 0).toBe(runs);
  await second.send(program.at("p"), "again");
  await second.idle();
  expect((await second.instance(program.at("p"))).state.runs).toBe(runs + 1);
  await second.close();
});
