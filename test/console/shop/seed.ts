import { json, shape } from "statefun";
import { cart, customer, newsletter } from "../../../examples/web-shop/functions.ts";
import { hostileIds, hostileText } from "./hostile.ts";
import type { Operate } from "./operator.ts";
import type { PayMode } from "./pay-service.ts";
import type { Send } from "./sending.ts";
import { Attach, Campaign } from "../../../examples/web-shop/types.ts";
import { withdrawn } from "./people.ts";
import { Visitors } from "./visitors.ts";

/** What a shop is filled by, on whatever engine and clock. */
export interface World {
  readonly send: Send;
  readonly operate: Operate;
  setPay(mode: PayMode): Promise<void>;
  /** Resolves when there are so many dead letters. */
  dead(count: number): Promise<void>;
}

export interface SeedOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Messages that the card service failed. @default 300 */
  readonly failed?: number;
  /**
   * False on Durable Objects: no function is remote there, none waits for an endpoint that is down, and none can be
   * paused as a whole, so its one instance is. @default true
   */
  readonly hasEndpoints?: boolean;
}

/** What every shop has after its seed, beside what fails. */
export const seeds = {
  refusals: ["expired", "expired", "expired", "stolen", ...Array(8).fill("no funds")] as string[],
  blockedCarts: ["cart-b10c", "cart-b10d", "<img src=x onerror=alert(1)>"],
  /** By an id that no path has, so that no surface checks the message. */
  oddCart: "cart 0dd",
  /** Paid and done, before anything fails. */
  orders: 15,
  largeCart: "cart-1a26e",
  largeBytes: 10_000_000,
  campaign: "weekly",
  waiting: 20,
} as const;

/** An `AddItem` that is none. */
export const broken = json("shop/AddItem", shape<{ readonly sku: number }>());

/**
 * Fills a shop: customers and orders, dead letters of four kinds, blocked carts, odd ids, a large state, a paused
 * function, and at last a card service that is down.
 */
export async function seedShop(world: World, options: SeedOptions = {}): Promise<Visitors> {
  const { seed = 1, failed = 300, hasEndpoints = true } = options;
  const { send } = world;
  const visitors = new Visitors(seed, send);
  for (let n = 0; n < 25; n++) await visitors.register();
  await visitors.orders(seeds.orders);
  await done(world.operate, visitors.customers, seeds.orders);
  await world.setPay("broken");
  await visitors.orders(failed);
  let dead = failed;
  await world.dead(dead);
  await world.setPay("fine");
  for (const reason of seeds.refusals) await visitors.order(`refused:${reason}`);
  for (let n = 0; n < 2; n++) await send(cart.at(seeds.oddCart), broken.of({ sku: 3 }));
  await visitors.pay("cart-empty");
  dead += seeds.refusals.length + 3;
  await world.dead(dead);
  for (const id of hostileIds) await visitors.register(id, hostileText);
  await send(cart.at(seeds.largeCart), Attach.of({ size: seeds.largeBytes }));
  await pauseNewsletter(world, hasEndpoints);
  for (const id of seeds.blockedCarts) await block(visitors, id);
  if (!hasEndpoints) return visitors;
  await world.setPay("down");
  await visitors.orders(seeds.waiting);
  return visitors;
}

/** Resolves when so many orders of these customers are done. */
export async function done(
  operate: Operate,
  customers: readonly string[],
  count: number,
): Promise<void> {
  const ordered = async (id: string): Promise<number> => {
    const query = new URLSearchParams({ function: customer.typename, id });
    const { state } = await operate(`/admin/instance?${query}`);
    return state.orders?.value ?? 0;
  };
  const areDone = async () => {
    const all = await Promise.all(customers.map(ordered));
    return all.reduce((sum, orders) => sum + orders, 0) >= count;
  };
  const end = performance.now() + 100_000;
  while (!(await areDone())) {
    if (performance.now() > end) throw new Error(`there are no ${count} orders`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A cart with something in it that cannot have a price, and with more behind it. */
export async function block(visitors: Visitors, id: string): Promise<void> {
  await visitors.fill(id);
  await visitors.fill(id, withdrawn);
  await visitors.fill(id);
  await visitors.fill(id);
}

/** `wholly`: the function, not only its one instance. */
export async function pauseNewsletter({ send, operate }: World, wholly: boolean): Promise<void> {
  const { typename } = newsletter;
  const why = "the new template is not ready";
  const one = new URLSearchParams({ function: typename, id: seeds.campaign, why });
  const all = new URLSearchParams({ why });
  const path = wholly
    ? `/admin/functions/${typename}/pause?${all}`
    : `/admin/instance/pause?${one}`;
  await operate(path, { method: "POST" });
  const campaign = Campaign.of({
    id: "2f6ab1de-2a3c-4e0b-9d57-6c0f1c1f4b11",
    subject: "Blankets for November",
    sendAt: "2026-11-30T09:00:00Z",
    share: 0.25,
    variants: [{ text: "Warm nights", weight: 2 }],
  });
  await send(newsletter.at(seeds.campaign), campaign);
}
