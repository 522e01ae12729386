import { Agent, request } from "node:http";
import { expect } from "vitest";

export interface Commits {
  readonly count: number;
  /** Of messages that take the processor, between two commits. */
  readonly most: number;
}

/** What a test asks of the Worker of this folder. */
export function clientOf(url: () => string) {
  // A connection that is kept may be closed just when it is used again.
  const agent = new Agent({ keepAlive: false, maxSockets: 5_000 });

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

  /** Until others were answered so often. */
  async function othersAnswered(answers = 100): Promise<void> {
    for (let index = 0; index < answers; index++) {
      const response = await fetch(`${url()}/health`);
      expect(response.status).toBe(200);
      await response.text();
    }
  }

  /** So many sends, which the Worker lets go on when all of them have come. */
  async function crowd(path: string, size: number): Promise<Set<number>> {
    await control(`crowd?of=${size}`);
    try {
      return new Set(await Promise.all(Array.from({ length: size }, () => post(path, "counted"))));
    } finally {
      await control("crowd?of=0");
    }
  }

  return {
    ...{ crowd, control, post, count, othersAnswered },
    commits: async () => (await control("commits")) as Commits,
    close: () => agent.destroy(),
  };
}
