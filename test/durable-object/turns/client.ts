import { Agent, request } from "node:http";
import { expect } from "vitest";

export interface Commits {
  readonly count: number;
  /** Of messages that take the processor, between two commits. */
  readonly most: number;
}

/** What a test asks of the Worker of this folder. */
export function clientOf(url: () => string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 5_000 });

  const control = async (what: string): Promise<unknown> =>
    (await fetch(`${url()}/test/${what}`)).json();

  /** The status of an answer. Not by `fetch`, which takes half of the processor for itself. */
  function post(path: string, text: string): Promise<number> {
    const headers = {
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/string",
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${url()}/functions/${path}`, { method: "POST", headers, agent });
      sent.on("error", reject);
      sent.on("response", (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      });
      sent.end(JSON.stringify(text));
    });
  }

  async function count(path: string): Promise<number> {
    const response = await fetch(`${url()}/admin/instances/${path}`);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return (JSON.parse(text) as { state: { count?: { value: number } } }).state.count?.value ?? 0;
  }

  /** The longest of so many answers, in milliseconds. */
  async function slowestHealth(answers = 100): Promise<number> {
    let slowest = 0;
    for (let index = 0; index < answers; index++) {
      const from = performance.now();
      const response = await fetch(`${url()}/health`, { signal: AbortSignal.timeout(10_000) });
      expect(response.status).toBe(200);
      await response.text();
      slowest = Math.max(slowest, performance.now() - from);
    }
    return slowest;
  }

  return {
    ...{ control, post, count, slowestHealth },
    commits: async () => (await control("commits")) as Commits,
    close: () => agent.destroy(),
  };
}
