/**
 * `node backup-load.ts MEGABYTES RATE ROUNDS FOLDER`: a bank of so many megabytes, which is paid at a steady pace and backed up
 * meanwhile. RATE is messages a second, or 0 for as many as it can. Prints a round as JSON, and throws for a copy that is wrong.
 */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import type { Store as EngineStore } from "../../../src/engine/contract/store.ts";
import { type Bank, books, ids, openBank } from "../../backup/bank.ts";
import { address, cell, emptyWindow } from "../../store/records.ts";
import type { BackedUp, Phase } from "../backed-up.ts";
import { cpuMs } from "../cpu-ms.ts";

const [, , megabytesText, rateText, roundsText, folder = "."] = process.argv;
const [megabytes, rate, rounds] = [megabytesText, rateText, roundsText].map(Number) as [
  number,
  number,
  number,
];
const path = join(folder, "bank.db");
const copy = join(folder, "copy.db");

/** How long it is watched before a backup and after it. */
const watchedMs = 5_000;
/** Orders that wait at most: where the pace is too fast, it is as many as it can. */
const maxWaiting = rate === 0 ? 2_000 : 20_000;
/** An order is a message, and has the account send one to a vault. */
const messagesOfOrder = 2;

/** States that nobody touches, written by windows: messages would take minutes. */
async function fill(handle: Store): Promise<void> {
  const store = Object(handle)["~store"]() as EngineStore;
  await store.open();
  const bytes = new Uint8Array(10_000).fill(0x61);
  const perWindow = 500;
  for (let window = 0; window < megabytes / 5; window++) {
    const first = window * perWindow + 1;
    const cells = Array.from({ length: perWindow }, (_, index) => {
      const value = { typename: "bench/bytes", bytes, headers: [] };
      const of = address(`blob-${first + index}`, "bench/blob");
      return cell(first + index, { address: of, name: "held", value });
    });
    const lastCell = first + perWindow - 1;
    store.commit({ ...emptyWindow(window + 1), cells, lastCell, isClean: true });
  }
  store.close();
}

/** Orders at a steady pace, whether or not those before were acknowledged. */
class Payers {
  readonly acknowledged: number[] = ids.map(() => 0);
  readonly sent: number[] = ids.map(() => 0);
  readonly #bank: Bank;
  readonly #timer: NodeJS.Timeout;
  readonly #started: number = performance.now();
  #given = 0;
  #done = 0;
  #slowestMs = 0;
  #failure: unknown;

  constructor(bank: Bank) {
    this.#bank = bank;
    this.#timer = setInterval(() => this.#pay(), 1);
  }

  /** What is acknowledged while `body` runs. */
  async watch(body: () => Promise<unknown>): Promise<Phase> {
    this.#slowestMs = 0;
    const [done, cpu, started] = [this.#done, cpuMs(), performance.now()];
    await body();
    if (this.#failure !== undefined) throw this.#failure;
    const ms = performance.now() - started;
    const messages = (this.#done - done) * messagesOfOrder;
    return { ms, messages, cpuMs: cpuMs() - cpu, slowestMs: this.#slowestMs };
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#bank.runtime.idle();
  }

  #pay(): void {
    const due = ((performance.now() - this.#started) / 1_000) * (rate / messagesOfOrder);
    while (this.#given - this.#done < maxWaiting && (rate === 0 || this.#given < due)) {
      this.#order(this.#given++);
    }
  }

  #order(number: number): void {
    const account = number % ids.length;
    const n = (this.sent[account] ?? 0) + 1;
    this.sent[account] = n;
    const to = ids[(number * 7) % ids.length] ?? "";
    const started = performance.now();
    const order = { n, to, amount: 1 + (number % 9) };
    this.#bank.runtime.send(this.#bank.account.at(ids[account] ?? ""), order).then(
      () => {
        this.acknowledged[account] = Math.max(this.acknowledged[account] ?? 0, n);
        this.#slowestMs = Math.max(this.#slowestMs, performance.now() - started);
        this.#done++;
        if (rate === 0) this.#pay();
      },
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
  }
}

/** Of the copy alone, by a process that has nothing else to do. */
async function assertCopy(least: readonly number[], most: readonly number[]): Promise<void> {
  const database = new DatabaseSync(copy, { readOnly: true });
  const { quick_check: verdict } = database.prepare("PRAGMA quick_check").get() ?? {};
  const blobs = database.prepare("SELECT count(*) AS n FROM states WHERE length(value) = 10000");
  const { n } = blobs.get() ?? {};
  database.close();
  if (verdict !== "ok") throw new Error(`the copy is damaged: ${verdict}`);
  if (n !== megabytes * 100) throw new Error(`the copy has ${n} blobs`);
  const bank = await openBank(copy);
  const { last, wrong, missing } = await books(bank);
  await bank.runtime.close();
  if (wrong !== 0 || missing !== 0) throw new Error(`${wrong} orders wrong, ${missing} missing`);
  for (const [account, order] of last.entries()) {
    const [from, to] = [least[account] ?? 0, most[account] ?? 0];
    if (order >= from && order <= to) continue;
    throw new Error(`order ${order} of ${account} is not within ${from} and ${to}`);
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function round(): Promise<BackedUp> {
  const bank = await openBank(path);
  // What came before: orders go on from one round to the next.
  const { last } = await books(bank);
  const payers = new Payers(bank);
  for (const [account, n] of last.entries()) payers.sent[account] = n;
  // A backup takes the store as it is when it begins; until its end more is sent.
  await wait(2_000);
  const before = await payers.watch(() => wait(watchedMs));
  const least = [...payers.acknowledged];
  const during = await payers.watch(() => bank.runtime.backup(copy, { overwrite: true }));
  const most = [...payers.sent];
  const logBytes = statSync(`${path}-wal`).size;
  const after = await payers.watch(() => wait(watchedMs));
  await payers.end();
  await bank.runtime.close();
  await assertCopy(least, most);
  const { size: bytes } = statSync(copy);
  rmSync(copy);
  return { before, during, after, bytes, logBytes };
}

await fill(sqliteStore(path, { durability: "normal" }));
for (let done = 0; done < rounds; done++) console.log(JSON.stringify(await round()));
