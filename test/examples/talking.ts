import { expect } from "vitest";
import { type Example, commandsOf, expectedOf, linesOf } from "./gallery.ts";

export type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

/** Sends the messages of a README, the same ones for the same numbers. */
export async function sendAll(example: Example, ask: Fetch, from = 0, to = 99): Promise<void> {
  for (const [index, { path, headers, body }] of commandsOf(example).entries()) {
    if (index < from || index >= to) continue;
    const keyed = { ...headers, "idempotency-key": `readme-${index}` };
    const answer = await ask(path, { method: "POST", headers: keyed, body });
    const text = await answer.text();
    expect(answer.status, `${path}: ${text}`).toBe(headers["prefer"] === undefined ? 202 : 200);
  }
}

/** Until every egress has what the README says, and then nothing more. */
export async function expectRecords(example: Example, ask: Fetch): Promise<void> {
  const expected = expectedOf(example);
  expect(expected.length).toBeGreaterThan(0);
  for (const { egress, lines } of expected) {
    await expect
      .poll(async () => linesOf(example, await valuesOf(egress, ask)), { timeout: 20_000 })
      .toEqual(lines);
  }
}

async function valuesOf(egress: string, ask: Fetch): Promise<readonly unknown[]> {
  const answer = await ask(`/egresses/${egress}`);
  // What such an answer has.
  const { records } = (await answer.json()) as { readonly records: readonly { value: unknown }[] };
  return records.map(({ value }) => value);
}
