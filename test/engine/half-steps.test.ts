import { int, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore, type Store } from "statefun/runtime";
import { expect, it } from "vitest";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { linkStoreOf } from "../store/subject.ts";
import { startPartition } from "./support/partition.ts";

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

it("commits nothing of a window that could not be completed, and says so", async () => {
  const functions = new StatefulFunctions();
  functions.bind("demo/counter", { accepts: int, state: { n: int } }, (context, by) => {
    context.state.n = (context.state.n ?? 0) + by;
  });
  const store = engineStoreOf(memoryStore());
  const commit = store.commit.bind(store);
  let commits = 0;
  store.commit = (window) => {
    commits++;
    commit(window);
  };
  const engine = await startPartition({ functions, store });
  const arrival = {
    target: { typename: "demo/counter", id: "c" },
    argument: { typename: int.typename, bytes: int.encode(1), headers: [] },
    idempotencyKey: undefined,
    delayMs: 0,
  };
  await engine.send(arrival);
  await engine.idle();
  const before = commits;
  // As the list for the directory, where the store cannot be read.
  engine.partition.journal.listen({
    closing() {
      throw new Error("the disk is gone");
    },
  });
  await expect(engine.send(arrival)).rejects.toMatchObject({ code: "store_failed" });
  await engine.ended;
  expect(commits).toBe(before);
  await engine.close(0).catch(() => {});
});

it("takes no half of a batch of another partition: its sender gives all of it again", async () => {
  const functions = new StatefulFunctions();
  functions.bind("demo/counter", { accepts: int, state: { n: int } }, (context, by) => {
    context.state.n = (context.state.n ?? 0) + by;
  });
  const handle = memoryStore();
  const argument = { typename: int.typename, bytes: int.encode(1), headers: [] };
  const counter = { typename: "demo/counter", id: "c" };
  const caller = { typename: "demo/other", id: "o" };
  const batch = {
    ...{ from: "there", epoch: 1, first: 1, runs: [] },
    messages: [
      { target: counter, caller, argument },
      { target: { typename: "statefun/ingress", id: "1-2-3@here" }, caller, argument },
    ],
  };
  const failing = linkStoreOf(handle);
  failing.acceptedCall = () => {
    throw new Error("the disk is gone");
  };
  const first = await startPartition({ functions, store: failing });
  await expect(first.receive(batch)).rejects.toMatchObject({ code: "store_failed" });
  await first.ended;
  await first.close(0).catch(() => {});
  const second = await startPartition({ functions, store: linkStoreOf(handle) });
  await second.receive(batch);
  await second.idle();
  const count = second.partition.options.store.state(counter, "n")?.value;
  expect(int.decode(count?.bytes ?? new Uint8Array())).toBe(1);
  await second.close(0);
});
