import fc from "fast-check";
import { int, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { expect, it } from "vitest";
import { cases, seeded } from "../effort.ts";
import { temporaryFiles } from "../store/temporary.ts";

const newPath = temporaryFiles();

/** Alike for the index of long ids, or odd. */
const ids = [
  "",
  "a",
  "b\0",
  "c",
  "🙂",
  "\uffff",
  "z".repeat(47),
  "z".repeat(48),
  "z".repeat(60),
].concat(Array.from({ length: 6 }, (_, n) => `${"y".repeat(200)}${n}`));

type Act =
  | { readonly kind: "set" | "clear" | "hang" | "later" | "cancel"; readonly id: string }
  | { readonly kind: "release" | "restart" }
  | { readonly kind: "page"; readonly limit: number };

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom("set", "clear", "hang", "later", "cancel"),
        id: fc.constantFrom(...ids),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("release", "restart") }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("page"), limit: fc.integer({ min: 1, max: 5 }) }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

/** What an instance has, as its messages have left it. */
interface Known {
  hasState: boolean;
  hasTimer: boolean;
  waits: number;
}

class World {
  readonly #store: Store;
  readonly known = new Map<string, Known>(
    ids.map((id) => [id, { hasState: false, hasTimer: false, waits: 0 }]),
  );
  #open = (): void => {};
  #gate: Promise<void> = Promise.resolve();
  runtime: Runtime | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.#close();
  }

  #close(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  readonly #functions = new StatefulFunctions();
  readonly #fn = this.#functions.bind(
    "demo/fn",
    { accepts: string, state: { n: int } },
    async (context, what) => {
      if (what === "hang") await this.#gate;
      if (what === "set") context.state.n = 1;
      if (what === "clear") delete context.state.n;
      const options = { cancellationToken: "token" };
      if (what === "later") context.sendAfter(1e9, context.self, string.of("tick"), options);
      if (what === "cancel") context.cancel("token");
    },
  );

  async start(): Promise<Runtime> {
    this.runtime = await createRuntime({
      modules: [this.#functions],
      store: this.#store,
      onError: () => {},
    });
    return this.runtime;
  }

  get there(): ReadonlySet<string> {
    const has = ({ hasState, hasTimer, waits }: Known) => hasState || hasTimer || waits > 0;
    return new Set(ids.filter((id) => has(this.known.get(id) as Known)));
  }

  async act(act: Exclude<Act, { kind: "page" }>): Promise<void> {
    if ("id" in act) await this.#send(act);
    else await this.#release(act.kind === "restart");
  }

  async #release(isRestart: boolean): Promise<void> {
    this.#open();
    await this.runtime?.idle();
    for (const known of this.known.values()) known.waits = 0;
    this.#close();
    if (!isRestart) return;
    await this.runtime?.close();
    await this.start();
  }

  async #send(act: Extract<Act, { readonly id: string }>): Promise<void> {
    const known = this.known.get(act.id) as Known;
    // What is behind one that hangs is not done yet.
    if (known.waits > 0 && act.kind !== "hang") return;
    // A token can wait once.
    if (act.kind === "later" && known.hasTimer) return;
    await this.runtime?.send(this.#fn.at(act.id), act.kind);
    if (act.kind === "hang") {
      known.waits += 1;
      return;
    }
    while ((await this.runtime?.instance(this.#fn.at(act.id)))?.mailboxLength !== 0);
    if (act.kind === "set") known.hasState = true;
    if (act.kind === "clear") known.hasState = false;
    if (act.kind === "later") known.hasTimer = true;
    if (act.kind === "cancel") known.hasTimer = false;
  }
}

/** One list whose pages are read between the acts of a program. */
async function play(store: Store, program: readonly Act[]): Promise<void> {
  const world = new World(store);
  await world.start();
  let always = new Set(world.there);
  const ever = new Set(world.there);
  const found: string[] = [];
  let after: string | undefined;
  let isBegun = false;
  const page = async (limit: number): Promise<boolean> => {
    if (!isBegun) always = new Set(world.there);
    for (const id of world.there) ever.add(id);
    isBegun = true;
    const got = await world.runtime?.instances({ function: "demo/fn", limit, after });
    found.push(...(got?.instances ?? []).map(({ address }) => address.id));
    after = got?.next;
    return after === undefined;
  };
  let isEnd = false;
  for (const act of program) {
    if (act.kind !== "page") await world.act(act);
    else isEnd ||= await page(act.limit);
    if (isEnd) break;
    for (const id of always) if (!world.there.has(id)) always.delete(id);
    for (const id of world.there) ever.add(id);
  }
  while (!isEnd) isEnd = await page(3);
  await world.act({ kind: "release" });
  await world.runtime?.close();
  expect(new Set(found).size).toBe(found.length);
  expect([...always].filter((id) => !found.includes(id))).toEqual([]);
  expect(found.filter((id) => !ever.has(id))).toEqual([]);
}

it.each([
  ["memory", () => memoryStore()],
  ["SQLite", () => sqliteStore(newPath(), { durability: "normal" })],
] as const)(
  "%s: what is there all the time comes exactly once, whatever happens between pages",
  async (_, newStore) => {
    const numRuns = Math.ceil(cases * 0.03);
    await fc.assert(
      fc.asyncProperty(acts, (program) => play(newStore(), program)),
      { numRuns, ...seeded },
    );
  },
  600_000,
);

it.each([
  ["memory", () => memoryStore()],
  ["SQLite", () => sqliteStore(newPath(), { durability: "normal" })],
] as const)(
  "%s: an instance that changes what it has all the time is never missed",
  async (_, newStore) => {
    const functions = new StatefulFunctions();
    let isOver = false;
    // A state, a message, a delayed message, and none of the others.
    const fn = functions.bind("demo/fn", { accepts: int, state: { n: int } }, (context, step) => {
      if (isOver) return;
      if (step % 3 === 0) context.state.n = step;
      else delete context.state.n;
      if (step % 3 === 1) context.sendAfter(1, context.self, int.of(step + 1));
      else context.send(context.self, int.of(step + 1));
    });
    const runtime = await createRuntime({ modules: [functions], store: newStore() });
    const names = Array.from(
      { length: 60 },
      (_unused, n) => (n % 3 === 0 ? "x".repeat(90) : "") + n,
    );
    await Promise.all(names.map((id) => runtime.send(fn.at(id), 0)));
    for (let round = 0; round < 60; round += 1) {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await runtime.instances({ function: fn, limit: 7, after });
        found.push(...page.instances.map(({ address }) => address.id));
        after = page.next;
      } while (after !== undefined);
      expect(found.toSorted()).toEqual(names.toSorted());
    }
    isOver = true;
    await runtime.close();
  },
);
