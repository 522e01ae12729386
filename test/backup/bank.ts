import { int, json, StatefulFunctions, shape } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";

export const accounts = 50;

interface Order {
  /** From 1 on, without a hole, for each account. */
  readonly n: number;
  readonly to: string;
  readonly amount: number;
}

const orders = json("bank/order", shape<Order>());

/** Accounts pay into vaults: what has left the ones is in the others, or under way. */
function bank() {
  const functions = new StatefulFunctions();
  const count = { type: int, initial: 0 } as const;
  const vault = functions.bind(
    "bank/vault",
    { accepts: int, state: { balance: count } },
    (context, amount) => {
      context.state.balance += amount;
    },
  );
  const state = { paid: count, last: count, wrong: count };
  const account = functions.bind("bank/account", { accepts: orders, state }, (context, order) => {
    if (order.n !== context.state.last + 1) context.state.wrong++;
    context.state.last = order.n;
    context.state.paid += order.amount;
    context.send(vault.at(order.to), order.amount);
  });
  return { functions, account, vault };
}

export async function openBank(path: string) {
  const { functions, account, vault } = bank();
  const runtime = await createRuntime({ modules: [functions], store: sqliteStore(path) });
  return { runtime, account, vault };
}

export type Bank = Awaited<ReturnType<typeof openBank>>;

export const ids: readonly string[] = Array.from({ length: accounts }, (_, n) => String(n));

/** What accounts and vaults know when nothing is under way any more: what one has paid, the others have. */
export async function books({ runtime, account, vault }: Bank) {
  await runtime.idle();
  const paid = await Promise.all(
    ids.map(async (id) => (await runtime.instance(account.at(id))).state),
  );
  const held = await Promise.all(
    ids.map(async (id) => (await runtime.instance(vault.at(id))).state.balance),
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  return {
    last: paid.map(({ last }) => last),
    wrong: sum(paid.map(({ wrong }) => wrong)),
    missing: sum(paid.map((one) => one.paid)) - sum(held),
  };
}
