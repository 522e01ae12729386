import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryStore } from "statefun/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openShop, shopFunctions } from "../../moving/support/shop.ts";
import { clientOf } from "../support/client.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { exportOf, linesOf } from "./client.ts";

const worker = join(import.meta.dirname, "worker.ts");
const counters = 40;
/** Accounts tell some counters below that. */
const firstCounter = 100;
const accounts = 20;
const wantedExports = 6;

let objects: Objects;
const { control, post, send } = clientOf(() => objects);

beforeAll(async () => {
  objects = await startObjects(worker, { PAUSED: "no", GROUPED: "30" });
  for (let id = 0; id < accounts; id++) await send(`shop/account/${id}`, "open");
}, 60_000);

afterAll(() => objects.close());

/** Sends 1, 2, 3, … to each counter, one after another, until it is told to end. What a counter has seen stands in two states. */
class Traffic {
  readonly acknowledged: number[] = Array.from({ length: counters }, () => 0);
  isOver = false;
  readonly #ended: Promise<unknown>;
  transfers = 0;

  constructor() {
    this.#ended = Promise.all([
      ...this.acknowledged.map((_, id) => this.#count(id)),
      this.#transfer(),
      this.#endObjects(),
    ]);
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.#ended;
  }

  async #count(id: number): Promise<void> {
    for (let n = 1; !this.isOver; n++) {
      await this.#accepted(`shop/later/${firstCounter + id}`, `${n}`, `${id}-${n}`);
      this.acknowledged[id] = n;
    }
  }

  async #transfer(): Promise<void> {
    for (let n = 0; !this.isOver; n++) {
      const text = `give ${n % 7} ${(n * 3 + 1) % accounts}`;
      await this.#accepted(`shop/account/${n % accounts}`, text, `give-${n}`);
      this.transfers++;
    }
  }

  /** Until it is stored: its object may be ended, and does not tell then. */
  async #accepted(to: string, text: string, key: string): Promise<void> {
    for (;;) {
      const { status } = await post(to, text, { "idempotency-key": key });
      if (status === 202) return;
      expect(status).toBe(503);
    }
  }

  async #endObjects(): Promise<void> {
    for (let n = 0; !this.isOver; n = (n + 7) % 30) {
      await control("end", { name: `group ${n}` });
      await sleep(20);
    }
  }
}

interface Exported {
  readonly kind: string;
  readonly function?: string;
  readonly id?: string;
  readonly states?: { readonly [name: string]: { readonly value: unknown } };
  readonly to?: { readonly function: string; readonly id: string };
  readonly message?: { readonly value: unknown };
}

/** What each counter has in an export: what it has seen, and what waits for it behind that. */
function countersIn(bytes: Uint8Array): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const line of linesOf(bytes) as unknown as Exported[]) {
    if (line.kind === "instance" && line.function === "shop/later") {
      const { seen, order } = line.states ?? {};
      const numbers = String(order?.value).trim().split(" ").map(Number);
      // Two states of one instance are of one moment.
      expect(numbers.length).toBe(seen?.value);
      expect(found.has(String(line.id))).toBe(false);
      found.set(String(line.id), numbers);
    }
    const { to, message } = line;
    if (line.kind === "message" && to?.function === "shop/later") {
      found.set(to.id, [...(found.get(to.id) ?? []), Number(message?.value)]);
    }
  }
  return found;
}

it("each object is of one moment in a live export, under traffic and while objects end, and has all that was acknowledged before", async () => {
  const traffic = new Traffic();
  let exports = 0;
  const refused: string[] = [];
  while (exports < wantedExports && refused.length < wantedExports) {
    const before = [...traffic.acknowledged];
    let bytes: Uint8Array;
    try {
      bytes = await exportOf(objects, new Uint8Array(0), 7, { live: "true" });
    } catch (error) {
      refused.push(String(error));
      continue;
    }
    exports++;
    const found = countersIn(bytes);
    for (const [id, acknowledged] of before.entries()) {
      const numbers = found.get(`${firstCounter + id}`) ?? [];
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(numbers.length).toBeGreaterThanOrEqual(acknowledged);
    }
    const runtime = await openShop(shopFunctions(), { store: memoryStore(), paused: true });
    await runtime.import(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream());
    await runtime.close();
  }
  await traffic.end();
  expect(exports).toBe(wantedExports);
  expect(traffic.transfers).toBeGreaterThan(0);
  // An object that ends is asked again: without that hardly one export comes to its end.
  expect(refused.length).toBeLessThan(wantedExports);
}, 120_000);
