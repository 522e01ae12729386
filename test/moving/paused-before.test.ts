import { randomUUID } from "node:crypto";
import { memoryStore, type Runtime } from "statefun/runtime";
import { expect, it } from "vitest";
import { openShop, shopFunctions } from "./support/shop.ts";
import { inPieces, parsed } from "./support/stored.ts";

const open = (who: string): Promise<Runtime> =>
  openShop(shopFunctions(), {
    ...{ store: memoryStore(), paused: true },
    http: { admin: { authenticate: () => ({ who, role: "write" }) } },
  });

async function pause(runtime: Runtime, what: string): Promise<void> {
  const url = `http://localhost/admin/${what}`;
  const headers = { "statefun-admin": "1", "idempotency-key": randomUUID() };
  const response = await runtime.fetch(new Request(url, { method: "POST", headers }));
  expect(response.status, await response.text()).toBe(200);
}

async function exported(runtime: Runtime): Promise<Uint8Array> {
  return new Uint8Array(await new Response(runtime.export()).arrayBuffer());
}

/** Who has paused what. */
async function pausesOf(runtime: Runtime): Promise<readonly unknown[]> {
  const lines = parsed(await exported(runtime)).filter(({ kind }) => kind === "pause");
  return lines.map(({ function: fn, id, who }) => [fn, id, who]);
}

const account = "shop/account";
const later = "shop/later";
const first = "instance/pause?function=shop%2Faccount&id=1";
const second = "instance/pause?function=shop%2Faccount&id=2";
const whole = "functions/shop/later/pause";

it("an import leaves a pause that is there as it is, unless it replaces it", async () => {
  const source = await open("ann");
  await pause(source, first);
  await pause(source, second);
  await pause(source, whole);
  const bytes = await exported(source);
  await source.close();
  for (const replace of [false, true]) {
    const target = await open("ben");
    await pause(target, first);
    await pause(target, whole);
    await target.import(inPieces(bytes), { replace });
    const who = replace ? "ann" : "ben";
    const all = [
      [account, "1", who],
      [account, "2", "ann"],
      [later, undefined, who],
    ];
    expect(new Set(await pausesOf(target))).toEqual(new Set(all));
    await target.close();
  }
});
