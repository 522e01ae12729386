import { Agent, request } from "node:http";
import { expect, it } from "vitest";
import { credentials, expectAlive, type Server, wait } from "./client.ts";

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Connections that are made at one time: a platform drops or resets what does not fit into its queue. */
const wave = 100;

/** node:http, since a crowd is of connections: one for each call. */
function callOnce(url: string, agent: Agent, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...credentials,
      ...wait(50),
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/int",
      "content-length": body.length,
    };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      const { statusCode: status = 0, headers } = response;
      response.resume().once("end", () => resolve({ status, retryAfter: headers["retry-after"] }));
    });
    sent.once("error", reject).end(body);
  });
}

export function registerCrowds(server: Server, crowd: number): void {
  it(`of ${crowd} calls at one time are answered, or refused with Retry-After`, async () => {
    const agent = new Agent({ keepAlive: false });
    const all: Promise<Answer>[] = [];
    // As each takes so long, all of them are there at one time.
    const late = String(Math.max(1_000, Math.round(crowd / 3)));
    while (all.length < crowd) {
      for (let count = 0; count < wave && all.length < crowd; count++) {
        all.push(callOnce(`${server()}/functions/http/late/crowd-${all.length}`, agent, late));
      }
      // The one that comes last is taken last: then the whole wave has been.
      const probe = callOnce(`${server()}/functions/http/late/probe-${all.length}`, agent, "0");
      expect([200, 503]).toContain((await probe).status);
    }
    // Rejects for a connection that was not taken.
    const answers = await Promise.all(all);
    agent.destroy();
    const refused = answers.filter(({ status }) => status === 503);
    const answered = answers.filter(({ status }) => status === 200);
    expect(refused.length + answered.length).toBe(crowd);
    expect(answered.length).toBeGreaterThanOrEqual(Math.min(crowd, 10_000));
    for (const { retryAfter } of refused) expect(retryAfter).toMatch(/^\d+$/);
    await expectAlive(server);
  });
}
