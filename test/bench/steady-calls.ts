import { Agent, request } from "node:http";
import { ids } from "./cannon.ts";
import type { Counters } from "./counters.ts";

/** Adds to one id, and is answered with its sum. */
function add(
  { origin, path, headers }: Counters,
  id: number,
  by: number,
  agent: Agent,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers, agent };
    const sent = request(`${origin}${path(`id-${id}`)}`, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === 200) resolve(Number(text));
        else reject(new Error(`${response.statusCode}: ${text}`));
      });
    });
    sent.once("error", reject);
    // `end` with the whole body sets its length.
    sent.end(String(by));
  });
}

/** Does something at an even pace, whether or not what was begun before has ended: the milliseconds of each. */
export async function paced(
  count: number,
  perSecond: number,
  work: (index: number) => unknown,
): Promise<number[]> {
  const started = performance.now();
  const all = Array.from({ length: count }, async (_, index) => {
    const due = started + (index * 1_000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const begun = performance.now();
    await work(index);
    return performance.now() - begun;
  });
  return Promise.all(all);
}

/** The same for calls. */
export async function steadyCalls(
  counters: Counters,
  count: number,
  perSecond: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const took = await paced(count, perSecond, (index) =>
    add(counters, (index * 37) % ids, 1, agent),
  );
  agent.destroy();
  return took;
}

/** The sum over all ids: each is asked by adding nothing. */
export async function total(counters: Counters): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const asked = Array.from({ length: ids }, (_, id) => add(counters, id, 0, agent));
  const sums = await Promise.all(asked);
  agent.destroy();
  return sums.reduce((sum, one) => sum + one, 0);
}
