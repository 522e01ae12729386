import { address, int, StatefulFunctions, string } from "statefun";
import {
  createRuntime,
  type InstanceList,
  type ListedInstance,
  memoryStore,
  type Runtime,
} from "statefun/runtime";
import { createTestRuntime } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { compareTexts } from "../../src/internal/text-order.ts";
import { createHandle, engineStoreOf } from "../../src/store/store-handle.ts";
import { overridden } from "../../src/testing/crash-points.ts";
import { createGate } from "../engine/support/gate.ts";
import { hosted, stores } from "../engine/support/stores.ts";
import { hostileIds } from "../store/cases/addresses.ts";

type Pages = Pick<Runtime, "instances">;

/** All pages of a function. */
async function all(
  runtime: Pages,
  typename: string,
  options: { readonly prefix?: string; readonly limit?: number } = {},
): Promise<ListedInstance[]> {
  const found: ListedInstance[] = [];
  let page: InstanceList | undefined;
  do {
    const after = page?.next;
    page = await runtime.instances({ function: typename, ...options, after });
    expect(page.instances.length).toBeLessThanOrEqual(options.limit ?? 100);
    found.push(...page.instances);
  } while (page.next !== undefined);
  return found;
}

const idsOf = (found: readonly ListedInstance[]) => found.map((one) => one.address.id);
const sorted = (ids: Iterable<string>) => [...new Set(ids)].sort(compareTexts);

function program() {
  const functions = new StatefulFunctions();
  const gate = createGate();
  const holder = functions.bind(
    "demo/holder",
    { accepts: string, state: { count: int, other: string } },
    async (context, what) => {
      if (what === "hang") await gate.pass();
      if (what === "later") context.sendAfter(3_600_000, context.self, string.of("tick"));
      if (what === "set") context.state.count = 1;
      if (what === "both") [context.state.count, context.state.other] = [1, "12345"];
      if (what === "clear") {
        delete context.state.count;
        delete context.state.other;
      }
      if (what === "forward") {
        context.send(address("demo/gone", context.self.id), string.of("x"));
      }
    },
  );
  const near = functions.bind("demo/holde", { accepts: string, state: { n: int } }, (context) => {
    context.state.n = 1;
  });
  return { functions, gate, holder, near };
}

describe.each(stores)("instances of a function on $name", (store) => {
  const host = hosted(store);

  it("are listed once each, in order, whatever their ids are, and so after a restart", async () => {
    const { functions, holder, near } = program();
    let runtime = await host.start(functions);
    const ids = sorted(hostileIds);
    await Promise.all(ids.map((id) => runtime.send(holder.at(id), "set")));
    await runtime.send(near.at("other"), "x");
    await runtime.idle();
    for (let life = 0; life < 2; life += 1) {
      for (const limit of [1, 7, 1_000]) {
        expect(idsOf(await all(runtime, "demo/holder", { limit }))).toEqual(ids);
      }
      for (const prefix of [
        "a",
        "i",
        "🙂",
        "https://shop",
        "https://shop.example.com/".padEnd(90, "x"),
      ]) {
        const wanted = ids.filter((id) => id.startsWith(prefix));
        expect(idsOf(await all(runtime, "demo/holder", { prefix, limit: 5 }))).toEqual(wanted);
      }
      expect(idsOf(await all(runtime, "demo/holde"))).toEqual(["other"]);
      expect(await all(runtime, "demo/none")).toEqual([]);
      runtime = await host.start(functions);
    }
  });

  it("are those with a state, a waiting message or a delayed message, and say how much", async () => {
    const { functions, gate, holder } = program();
    const runtime = await host.start(functions);
    await runtime.send(holder.at("state"), "both");
    await runtime.send(holder.at("cleared"), "both");
    await runtime.send(holder.at("nothing"), "none");
    await runtime.send(holder.at("timer"), "later");
    await runtime.send(holder.at("from outside"), "tick", { delayMs: 3_600_000 });
    await runtime.send(holder.at("cleared"), "clear");
    await runtime.idle();
    for (const _ of [1, 2, 3]) await runtime.send(holder.at("mailbox"), "hang");
    await runtime.send(holder.at("state"), "hang");
    const none = { waiting: 0, isRunning: false, isPaused: false, states: 0, stateBytes: 0 };
    const waits = { isRunning: true, oldestMs: expect.any(Number) };
    const at = (id: string) => ({ typename: "demo/holder", id });
    const found = (await all(runtime, "demo/holder", { limit: 2 })).map((one) => ({
      ...one,
      address: { typename: one.address.typename, id: one.address.id },
    }));
    expect(found).toEqual([
      { ...none, address: at("from outside") },
      { ...none, ...waits, address: at("mailbox"), waiting: 3 },
      {
        ...none,
        ...waits,
        address: at("state"),
        waiting: 1,
        states: 2,
        stateBytes: expect.any(Number),
      },
      { ...none, address: at("timer") },
    ]);
    expect(found[2]?.stateBytes).toBeGreaterThan(5);
    expect(found[2]?.stateBytes).toBeLessThan(20);
    gate.open();
    await runtime.idle();
    expect(idsOf(await all(runtime, "demo/holder"))).toEqual(["from outside", "state", "timer"]);
  });

  it("that were there before a start are listed before anything asks for them", async () => {
    const { functions, holder } = program();
    let runtime = await host.start(functions);
    for (let n = 0; n < 30; n += 1) await runtime.send(holder.at(`s${n}`), "set");
    await runtime.send(holder.at("t"), "later");
    for (let n = 0; n < 3; n += 1) {
      await runtime.send(holder.at(`m${n}`), "forward");
    }
    await runtime.idle();
    runtime = await host.start(functions);
    expect((await all(runtime, "demo/holder", { limit: 10 })).length).toBe(31);
    const gone = await all(runtime, "demo/gone");
    expect(gone.map(({ waiting, trouble }) => [waiting, trouble?.kind])).toEqual(
      [0, 1, 2].map(() => [1, "unbound"]),
    );
  });
});

describe("what is no list", () => {
  it("is refused", async () => {
    const { functions, holder } = program();
    await using runtime = await createTestRuntime(functions);
    const wrong: readonly [object | undefined, RegExp][] = [
      [undefined, /the options of instances must be an object/],
      [{}, /function must be a string/],
      [{ function: "holder" }, /function must be "namespace\/name"/],
      [{ function: holder, limit: 0 }, /limit must be an integer from 1 to 1000/],
      [{ function: holder, limit: 1_001 }, /limit must be an integer/],
      [{ function: holder, prefix: 5 }, /prefix must be a string/],
      [{ function: holder, prefix: "\ud800" }, /prefix must be a string of well-formed/],
      [{ function: holder, after: "x" }, /after must be the cursor of an earlier page, got "x"/],
      [{ function: holder, after: 5 }, /after must be a string/],
      [{ function: holder, prefx: "" }, /have no "prefx", did you mean prefix/],
    ];
    for (const [options, message] of wrong) {
      await expect(runtime.instances(options as never)).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringMatching(message),
      });
    }
    await runtime.send(holder.at("1"), "set");
    expect(idsOf((await runtime.instances({ function: holder })).instances)).toEqual(["1"]);
  });
});

it("shows nothing that a crash could take back", async () => {
  const { functions, holder } = program();
  const memory = memoryStore();
  let [release, isHeld] = [(): void => {}, false];
  const slow = createHandle(() => {
    const store = engineStoreOf(memory);
    const durable = () =>
      isHeld ? new Promise<void>((resolve) => (release = resolve)) : store.durable();
    return overridden(store, { durable });
  });
  const runtime = await createRuntime({ modules: [functions], store: slow });
  await runtime.send(holder.at("1"), "set");
  await runtime.idle();
  isHeld = true;
  const sent = runtime.send(holder.at("2"), "set");
  let isShown = false;
  const shown = runtime.instances({ function: holder }).then(({ instances }) => {
    isShown = true;
    return idsOf(instances);
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isShown).toBe(false);
  isHeld = false;
  release();
  await sent;
  expect(await shown).toContain("1");
  await runtime.close();
});
