import {
  egress,
  int,
  json,
  keep,
  type Module,
  NonRetryableError,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { serve } from "statefun/node";
import { createRuntime, memoryStore, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { afterEach } from "vitest";
import { z } from "zod";

export const Order = json("ops/Order", z.object({ item: z.string(), count: z.int().min(1) }));
export const Cart = json("ops/Cart", shape<{ readonly items: number }>());
export const records = egress("ops/records", Order);
export const undelivered = egress("ops/undelivered", string);

export const functions = new StatefulFunctions("ops");

/** Has a state, sends a record for each order, and answers. */
export const cart = functions.bind(
  "ops/cart",
  { accepts: Order, replies: Cart, state: { items: { type: int, initial: 0 }, last: Order } },
  (context, order) => {
    context.state.items += order.count;
    context.state.last = order;
    context.emit(records, order);
    if (context.caller !== undefined) context.reply({ items: context.state.items });
  },
);

/** What it fails with, or nothing; and what runs waits for it. */
export const trouble: { text: string | undefined; held: Promise<void> | undefined } = {
  text: undefined,
  held: undefined,
};

export const worker = functions.bind(
  "ops/worker",
  { accepts: string, state: { done: { type: int, initial: 0 } } },
  async (context, text) => {
    if (text === "never") throw new NonRetryableError("it can never be");
    await trouble.held;
    if (trouble.text !== undefined) throw new NonRetryableError(trouble.text);
    context.state.done += 1;
    context.emit(undelivered, text);
  },
);

/** Fails for so long that it is tried again and again. */
export const retried = functions.bind(
  "ops/retried",
  { accepts: string, retry: { maxAttempts: 50, initialDelayMs: 60_000, maxDelayMs: 60_000 } },
  () => {
    if (trouble.text !== undefined) throw new Error(trouble.text);
  },
);

export const later = functions.bind("ops/later", { accepts: string }, (context, token) => {
  context.sendAfter(3_600_000, worker.at(context.self.id), "tick", { cancellationToken: token });
});

/** Who is who, by bearer token. */
const operators = {
  reader: { who: "rita", role: "read" },
  writer: { who: "walter" },
  yes: true,
  read: "read",
  write: "write",
  no: false,
  other: "admin",
  empty: { who: "" },
  wrong: { who: "wilma", role: "root" },
  // As of a role that was looked up by a name that has none.
  lost: { who: "lea", role: undefined },
  none: { who: "nora", role: null },
  // Half of a character, which cannot be written down.
  half: { who: "\ud800", role: "write" },
} as const;

export const http: NonNullable<RuntimeOptions["http"]> = {
  expose: [cart, records],
  authenticate: (request) => request.headers.get("authorization") === "Bearer client",
  admin: {
    authenticate: ({ headers }) => {
      const token = headers.get("authorization")?.replace("Bearer ", "") ?? "no";
      // Some of them are nothing that its type allows.
      return Object(operators)[token] ?? false;
    },
  },
};

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  trouble.text = undefined;
  trouble.held = undefined;
  for (const close of open.splice(0).reverse()) await close();
});

/** Something to be closed when the test is over. */
export function closing(close: () => Promise<void>): void {
  open.push(close);
}

export interface Started {
  readonly runtime: Runtime;
  readonly url: string;
  readonly errors: unknown[];
  /** A request of an operator: everything that a change needs is there, unless `headers` says otherwise. */
  ask(path: string, options?: Asked): Promise<Response>;
  /** The same of one who expects 200 with JSON. */
  read(path: string, options?: Asked): Promise<Answered>;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON, of which each test says what it expects.
export type Answered = any;

export interface Asked {
  readonly as?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: BodyInit;
}

export async function start(
  options: Partial<Omit<RuntimeOptions, "modules">> = {},
  others: readonly Module[] = [],
): Promise<Started> {
  const errors: unknown[] = [];
  const runtime = await createRuntime({
    modules: [functions, ...others],
    egresses: [keep(records), undelivered.to(async () => {})],
    store: memoryStore(),
    http,
    onError: (error) => void errors.push(error),
    ...options,
  });
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  closing(async () => {
    await runtime.close({ drainMs: 0 }).catch(() => {});
    await server.close();
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { runtime, errors, ...client(url) };
}

export function client(url: string): Pick<Started, "url" | "ask" | "read"> {
  const ask: Started["ask"] = (
    path,
    { as = "writer", method = "GET", headers = {}, body } = {},
  ) => {
    const meant = {
      "statefun-admin": "1",
      "idempotency-key": crypto.randomUUID(),
      ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
    };
    const all = {
      ...(as === "" ? {} : { authorization: `Bearer ${as}` }),
      ...(method === "GET" ? {} : meant),
      ...headers,
    };
    const sent = Object.entries(all).filter(([, value]) => value !== undefined);
    const init = { method, headers: Object.fromEntries(sent) as Record<string, string> };
    return fetch(`${url}${path}`, body === undefined ? init : { ...init, body });
  };
  return {
    url,
    ask,
    async read(path, options) {
      const response = await ask(path, options);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
  };
}
