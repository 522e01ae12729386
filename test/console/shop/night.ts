import { cart } from "../../../examples/web-shop/functions.ts";
import { unlucky } from "./pay-service.ts";
import { block, broken, pauseNewsletter, seeds } from "./seed.ts";
import type { VirtualShop } from "./virtual.ts";
import { Visitors } from "./visitors.ts";

const second = 1_000;
const minute = 60 * second;

/** When the story begins, in the evening, and when its pictures are taken. */
export const evening: number = Date.UTC(2026, 10, 26, 18, 20);
const morning = Date.UTC(2026, 10, 27, 2, 46);

/** The cart that does not move. */
export const stuckCart = "cart-7f3a";

/**
 * A night of the shop. In the evening a few cards are refused. At 02:51 the card service begins to fail now and then, and at
 * 02:54 it is gone; mails are not taken any more; some carts have a product that was withdrawn. The result spends the last twelve
 * seconds: rates are what a page has seen meanwhile.
 */
export async function spendNight(shop: VirtualShop): Promise<() => Promise<void>> {
  const visitors = new Visitors(19, shop.send);
  for (let n = 0; n < 40; n++) await visitors.register();
  await visitors.orders(60);
  for (let n = 0; n < 2; n++) await shop.send(cart.at(seeds.oddCart), broken.of({ sku: 3 }));
  for (const reason of seeds.refusals) {
    await shop.advance(17 * minute);
    await visitors.order(`refused:${reason}`);
  }
  await shop.advance(morning - shop.now());
  await pauseNewsletter(shop, true);
  shop.refuseMails();
  await rush(shop, visitors, 306, () => 0);
  await shop.setPay("flaky");
  for (let n = 0; n < 8; n++) await visitors.fill(undefined, "C-7731");
  await rush(shop, visitors, 200, (at) => (at % 2 === 0 ? 2 : 1));
  // The last ones that fail become dead letters before nobody answers any more.
  await rush(shop, visitors, 20, () => 0);
  await shop.setPay("down");
  await rush(shop, visitors, 226, () => 0);
  return () => lastSeconds(shop, visitors);
}

async function lastSeconds(shop: VirtualShop, visitors: Visitors): Promise<void> {
  await rush(shop, visitors, 8, () => 0);
  for (const id of ["cart-7f52", "cart-7f60", stuckCart]) {
    await block(visitors, id);
    await rush(shop, visitors, 1, () => 0);
  }
  await rush(shop, visitors, 1, () => 0);
}

/** So many seconds of traffic, which swells and ebbs; some of its orders have the unlucky card. */
async function rush(
  shop: VirtualShop,
  visitors: Visitors,
  seconds: number,
  unluckyIn: (second: number) => number,
): Promise<void> {
  for (let at = 0; at < seconds; at++) {
    const swell = Math.sin(shop.now() / 47_000) + Math.sin(shop.now() / 8_300);
    await visitors.orders(Math.round(14 + 2.5 * swell));
    for (let n = 0; n < 2; n++) await visitors.register();
    for (let n = 0; n < unluckyIn(at); n++) await visitors.order(unlucky);
    await shop.advance(second);
  }
}
