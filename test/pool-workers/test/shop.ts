import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { mails } from "../src/functions.ts";
import { engine } from "../src/index.ts";

/** What the tests of this folder share. That of docs/testing.md has its own, to be read by itself. */
export interface Address {
  readonly typename: string;
  readonly id: string;
}

export const client: ReturnType<typeof engine.client> = engine.client(env);

export const day = 86_400_000;

export const objectOf = ({ typename, id }: Address) => env.STATEFUN.getByName(`${typename}/${id}`);

export const ask = (path: string, init?: RequestInit): Promise<Response> =>
  exports.default.fetch(`https://shop.example${path}`, init);

export const read = async (path: string) => (await ask(path)).json<never>();

export async function stateOf({ typename, id }: Address): Promise<unknown> {
  const { state } = await read(`/admin/instances/${typename}/${id}`);
  return state;
}

export async function sentMails(): Promise<unknown[]> {
  const { records } = await read(`/egresses/${mails.typename}?after=0`);
  return (records as { value: string }[]).map(({ value }) => value);
}

/** When the alarm of an object goes off. */
export const alarmOf = (address: Address): Promise<number | null> =>
  runInDurableObject(objectOf(address), (_, { storage }) => storage.getAlarm());
