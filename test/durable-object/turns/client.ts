import { once } from "node:events";
import { Agent, request } from "node:http";
import { text as streamText } from "node:stream/consumers";
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

  /** Not by `fetch`, which takes half of the processor for itself. */
  function ask(path: string, body?: string) {
    const headers = {
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/string",
    };
    const method = body === undefined ? "GET" : "POST";
    const sent = request(`${url()}/${path}`, { method, headers, agent });
    const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
      sent.on("error", reject);
      sent.on("response", async (response) => {
        const text = await streamText(response).catch(reject);
        resolve({ status: response.statusCode ?? 0, text: text ?? "" });
      });
    });
    sent.end(body);
    return { sent, answer };
  }

  const control = async (what: string): Promise<unknown> =>
    JSON.parse((await ask(`test/${what}`).answer).text);

  /** The status of an answer. */
  const post = async (path: string, text: string): Promise<number> =>
    (await ask(`functions/${path}`, JSON.stringify(text)).answer).status;

  async function count(path: string): Promise<number> {
    const { status, text } = await ask(`admin/instances/${path}`).answer;
    expect(status, text).toBe(200);
    return (JSON.parse(text) as { state: { count?: { value: number } } }).state.count?.value ?? 0;
  }

  /** Until others were answered so often. */
  async function othersAnswered(answers = 100): Promise<void> {
    for (let index = 0; index < answers; index++) {
      expect((await ask("health").answer).status).toBe(200);
    }
  }

  /** So many sends, which the Worker lets go on when all of them have come. */
  async function crowd(path: string, size: number): Promise<Set<number>> {
    await control(`crowd?of=${size}`);
    try {
      const answers: Promise<{ status: number }>[] = [];
      for (let index = 0; index < size; index++) {
        const { sent, answer } = ask(`functions/${path}`, JSON.stringify("counted"));
        answers.push(answer);
        // A server that is busy drops connections which it has not accepted.
        if (index % 100 === 0) await Promise.race([once(sent, "finish"), answer]);
      }
      return new Set((await Promise.all(answers)).map(({ status }) => status));
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
