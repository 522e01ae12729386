import { tokens } from "./application.ts";
import type { Fetch } from "./sending.ts";

export interface Asked {
  readonly as?: keyof typeof tokens | "nobody";
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON, of which each test says what it expects.
type Answered = any;

/** Asks as an operator does, by a path below the surface; anything but 200 is an error. */
export type Operate = (path: string, asked?: Asked) => Promise<Answered>;

let keys = 0;

export function operatorOver(url: () => string, fetch: Fetch): Operate {
  return async (path, { as = "writer", method = "GET", body, headers = {} } = {}) => {
    const changes = { "statefun-admin": "1", "idempotency-key": `shop-${++keys}` };
    const all = {
      ...(as !== "nobody" && { authorization: `Bearer ${tokens[as]}` }),
      ...(method !== "GET" && changes),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    };
    const init = { method, headers: all };
    const response = await fetch(
      new Request(
        `${url()}${path}`,
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      ),
    );
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
}

/** How many dead letters there are. */
export async function deadLetters(operate: Operate): Promise<number> {
  const { groups } = await operate("/admin/dead-letters/groups");
  return groups.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
}
