import { createRequire } from "node:module";
import { join } from "node:path";
import type { Counters } from "./counters.ts";

/*
 * autocannon, which nobody here wrote, as the client of both sides. This says what is used of it.
 */

interface CannonClient {
  setRequests(requests: readonly { readonly path: string }[]): void;
}

interface Cannon
  extends Promise<{ readonly errors: number; readonly non2xx: number; readonly "2xx": number }> {
  on(
    event: "response",
    listener: (client: unknown, status: number, bytes: number, took: number) => void,
  ): void;
}

const load = createRequire(join(import.meta.dirname, "../matrix/package.json"));
// The names are those of its documentation.
const autocannon = load("autocannon") as (options: object) => Cannon;

/** How many ids are counted. Each connection has ids of its own: nobody waits for another one's. */
export const ids = 1_024;

/** Adds 1 so many times, over so many connections with one request each; messages a second. */
export async function shoot(
  counters: Pick<Counters, "origin" | "headers" | "path">,
  connections: number,
  amount: number,
): Promise<number> {
  let connection = 0;
  const started = performance.now();
  let last = started;
  const cannon = autocannon({
    url: counters.origin,
    connections,
    amount,
    timeout: 60,
    method: "POST",
    headers: counters.headers,
    body: "1",
    setupClient(client: CannonClient) {
      const requests: { path: string }[] = [];
      for (let id = connection++; id < ids; id += connections) {
        requests.push({ path: counters.path(`id-${id}`) });
      }
      client.setRequests(requests);
    },
  });
  cannon.on("response", () => {
    last = performance.now();
  });
  const { errors, non2xx, "2xx": answered } = await cannon;
  if (errors > 0 || non2xx > 0 || answered !== amount) {
    throw new Error(
      `of ${amount} calls ${answered} were answered, ${non2xx} refused, ${errors} lost`,
    );
  }
  return (amount / (last - started)) * 1_000;
}
