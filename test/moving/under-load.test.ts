import { int, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { temporaryFiles } from "../store/temporary.ts";
import { inPieces } from "./support/stored.ts";

const accounts = 100;
/** Of each kind of sends, while one thing happens. */
const atLeast = 100;

/** Money moves between accounts of one bank, and is never made. Each account counts what it was told. */
function bankFunctions() {
  const functions = new StatefulFunctions("bank");
  const state = {
    balance: { type: int, initial: 100 },
    keyed: { type: int, initial: 0 },
    plain: { type: int, initial: 0 },
  };
  const account = functions.bind(
    "bank/account",
    { accepts: string, replies: int, state },
    (context, text) => {
      const [what = "", amount = "0", to = ""] = text.split(" ");
      const { state } = context;
      if (what === "ask") return context.reply(state.balance);
      if (what === "take") {
        state.balance += Number(amount);
        return;
      }
      state[what === "keyed" ? "keyed" : "plain"] += 1;
      state.balance -= Number(amount);
      context.send(account.at(to), `take ${amount}`);
    },
  );
  return { functions, account };
}

const { functions, account } = bankFunctions();

const open = (store: Store): Promise<Runtime> =>
  createRuntime({ modules: [functions], store, onError: () => {} });

interface Given {
  readonly id: string;
  readonly text: string;
  readonly key: string;
}

/** Transfers between accounts of one bank, with and without keys, one after another, until it is told to end. */
class Load {
  readonly #runtime: Runtime;
  readonly #bank: string;
  readonly #ended: Promise<void>;
  /** Accepted ones. */
  readonly keyed: Given[] = [];
  plain = 0;
  #isOver = false;

  constructor(runtime: Runtime, bank: string) {
    this.#runtime = runtime;
    this.#bank = bank;
    this.#ended = Promise.all([this.#withKeys(), this.#without()]).then(() => {});
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
  }

  /** Both kinds go on. */
  async passed(count = atLeast): Promise<void> {
    const [keyed, plain] = [this.keyed.length + count, this.plain + count];
    while (this.keyed.length < keyed || this.plain < plain) await turn();
  }

  async #withKeys(): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const given = { ...this.#transfer(n, "keyed"), key: `${this.#bank}-${n}` };
      await this.#accepted(given);
      this.keyed.push(given);
      if (n % 10 === 0) await turn();
    }
  }

  /** While an import may bring its key, it is refused. */
  async #accepted({ id, text, key }: Given): Promise<void> {
    for (;;) {
      try {
        await this.#runtime.send(account.at(id), text, { idempotencyKey: key });
        return;
      } catch (error) {
        expect(error).toMatchObject({ code: "unavailable" });
        await turn();
      }
    }
  }

  async #without(): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const { id, text } = this.#transfer(n, "plain");
      await this.#runtime.send(account.at(id), text);
      this.plain++;
      if (n % 10 === 0) await turn();
    }
  }

  #transfer(n: number, what: string) {
    const to = `${this.#bank}${(7 * n + 3) % accounts}`;
    return { id: `${this.#bank}${n % accounts}`, text: `${what} ${n % 50} ${to}` };
  }
}

/** What all accounts of a bank have together. */
async function summed(runtime: Runtime, bank: string) {
  const sum = { balance: 0, keyed: 0, plain: 0 };
  for (let n = 0; n < accounts; n++) {
    const { state } = await runtime.instance(account.at(`${bank}${n}`));
    sum.balance += state.balance ?? 0;
    sum.keyed += state.keyed;
    sum.plain += state.plain;
  }
  return sum;
}

async function bytesOf(runtime: Runtime): Promise<Uint8Array> {
  return new Uint8Array(await new Response(runtime.export()).arrayBuffer());
}

describe("a bank that moves while everybody sends", { timeout: 120_000 }, () => {
  const file = temporaryFiles();

  it.each<[string, () => Store, () => Store]>([
    ["a file to memory", () => sqliteStore(file()), memoryStore],
    ["memory to a file", memoryStore, () => sqliteStore(file())],
  ])("from %s loses no money and no transfer, and makes none", async (_, from, to) => {
    const source = await open(from());
    const before = new Load(source, "a");
    await before.passed();
    const acknowledged = { keyed: before.keyed.length, plain: before.plain };
    const bytes = await bytesOf(source);
    await before.passed();
    await before.end();
    await source.close({ drainMs: 0 });

    const target = await open(to());
    const others = new Load(target, "b");
    await others.passed();
    const { instances } = await target.import(inPieces(bytes, 8_192));
    expect(instances).toBe(accounts);
    await others.passed();

    // Whoever has sent to the source does not know what went along, and repeats.
    let wasThere = 0;
    for (const { id, text, key } of before.keyed) {
      const { duplicate } = await target.send(account.at(id), text, { idempotencyKey: key });
      if (duplicate) wasThere++;
    }
    expect(wasThere).toBeGreaterThanOrEqual(acknowledged.keyed);
    const after = new Load(target, "c");
    await after.passed();
    await Promise.all([others.end(), after.end()]);
    await target.idle();

    const moved = await summed(target, "a");
    expect(moved).toMatchObject({ balance: 100 * accounts, keyed: before.keyed.length });
    expect(moved.plain).toBeGreaterThanOrEqual(acknowledged.plain);
    expect(moved.plain).toBeLessThanOrEqual(before.plain);
    for (const [bank, load] of [
      ["b", others],
      ["c", after],
    ] as const) {
      const { keyed, plain } = load;
      expect(await summed(target, bank), bank).toEqual({
        ...{ balance: 100 * accounts, keyed: keyed.length, plain },
      });
    }
    await target.close({ drainMs: 0 });
  });
});

/** Others have theirs. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
