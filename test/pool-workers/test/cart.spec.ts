import { evictDurableObject, reset, runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { Add, cart, mails, stock } from "../src/functions.ts";
import { engine } from "../src/index.ts";

type Address = { readonly typename: string; readonly id: string };

const client = engine.client(env);

/** The object of an address: without `placement` each address has its own. */
const objectOf = ({ typename, id }: Address) => env.STATEFUN.getByName(`${typename}/${id}`);

const read = async (path: string) =>
  (await exports.default.fetch(`https://shop.example${path}`)).json() as Promise<never>;

/** The state of an instance, which is changed soon after a message was sent. */
async function stateOf({ typename, id }: Address): Promise<unknown> {
  const { state } = await read(`/admin/instances/${typename}/${id}`);
  return state;
}

/** The mails that were sent. */
async function sentMails(): Promise<unknown[]> {
  const { records } = await read(`/egresses/${mails.typename}?after=0`);
  return (records as { value: string }[]).map(({ value }) => value);
}

afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

it("answers a call, and sends to another object", async () => {
  expect(await client.call(cart.at("zoe"), Add.of({ item: "tea" }))).toBe(1);
  expect(await client.call(cart.at("zoe"), Add.of({ item: "cake" }))).toBe(2);
  await expect.poll(() => stateOf(stock.at("tea"))).toMatchObject({ reserved: { value: 1 } });
});

it("sends a mail when nothing was added for a day", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  await client.send(cart.at("zoe"), Add.of({ item: "tea" }));
  await expect.poll(() => stateOf(cart.at("zoe"))).toMatchObject({ items: { value: 1 } });
  vi.advanceTimersByTime(86_400_000);
  await runDurableObjectAlarm(objectOf(cart.at("zoe")));
  await expect.poll(sentMails).toEqual(["zoe has 1 items in the cart"]);
});

it("has lost nothing when its object was evicted from memory", async () => {
  await client.send(cart.at("zoe"), Add.of({ item: "tea" }));
  await evictDurableObject(objectOf(cart.at("zoe")));
  expect(await client.call(cart.at("zoe"), Add.of({ item: "cake" }))).toBe(2);
});
