import { seeded } from "../../../src/testing/random.ts";
import { skus } from "../../../examples/web-shop/catalogue.ts";
import { cart, customer } from "../../../examples/web-shop/functions.ts";
import { familyNames, givenNames, towns } from "./people.ts";
import type { Send } from "./sending.ts";
import { AddItem, Checkout, Register } from "../../../examples/web-shop/types.ts";

const firstCustomer = 20_900;

/** People who come to the shop: the same ones for the same seed. */
export class Visitors {
  readonly #random: () => number;
  readonly #send: Send;
  #customers = firstCustomer;
  #carts = 0x7f00;

  constructor(seed: number, send: Send) {
    this.#random = seeded(seed);
    this.#send = send;
  }

  /** The ids of all who registered without an id of their own. */
  get customers(): readonly string[] {
    const count = this.#customers - firstCustomer;
    return Array.from({ length: count }, (_, n) => `c-${firstCustomer + 1 + n}`);
  }

  /** Somebody registers; resolves with the id. */
  async register(id = `c-${++this.#customers}`, called?: string): Promise<string> {
    const given = this.#one(givenNames);
    const family = this.#one(familyNames);
    const plain = `${given}.${family}`.normalize("NFD").replace(/[^a-z.]/gi, "");
    const name = called ?? `${given} ${family}`;
    const message = Register.of({
      name,
      email: `${plain || "someone"}@example.com`.toLowerCase(),
      tags: this.#random() < 0.2 ? ["vip"] : ["new"],
      newsletter: this.#random() < 0.5,
    });
    await this.#send(customer.at(id), message);
    return id;
  }

  /** Somebody puts something into a new cart, or into this one; resolves with its id. */
  async fill(id = this.#nextCart(), sku?: string): Promise<string> {
    await this.#send(cart.at(id), this.#item(sku));
    return id;
  }

  /** The owner of a cart pays; the card is fine unless its token says that it is refused. */
  async pay(id: string, token?: string): Promise<void> {
    await this.#send(cart.at(id), this.#checkout(token));
  }

  /** Somebody fills a cart and pays. All that is random is chosen at once, so that orders may overlap. */
  async order(token?: string): Promise<string> {
    const id = this.#nextCart();
    const item = this.#item();
    const checkout = this.#checkout(token);
    await this.#send(cart.at(id), item);
    await this.#send(cart.at(id), checkout);
    return id;
  }

  /** So many orders, some of them at one time. */
  async orders(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 50) {
      await Promise.all(Array.from({ length: Math.min(50, left) }, () => this.order()));
    }
  }

  #nextCart(): string {
    return `cart-${(++this.#carts).toString(16)}`;
  }

  #item(sku = this.#one(skus)) {
    return AddItem.of({ sku, count: 1 + Math.floor(this.#random() ** 3 * 5) });
  }

  #checkout(token = "tok_4242") {
    const { city, postcode, country } = this.#one(towns);
    const name = `${this.#one(givenNames)} ${this.#one(familyNames)}`;
    const street = `${1 + Math.floor(this.#random() * 90)} Station Road`;
    const registered = Math.max(1, this.#customers - firstCustomer);
    return Checkout.of({
      customer: `c-${firstCustomer + 1 + Math.floor(this.#random() * registered)}`,
      payment: { kind: "card", token, expires: "11/29" },
      shipTo: { name, street, city, postcode, country },
      isExpress: this.#random() < 0.1,
    });
  }

  #one<T>(list: readonly T[]): T {
    // The list is not empty, and the index is below its length.
    return list[Math.floor(this.#random() * list.length)] as T;
  }
}
