import { join } from "node:path";
import { int } from "statefun";
import { expect } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";

export const startEdges = (): Promise<Objects> =>
  startObjects(join(import.meta.dirname, "worker.ts"));

export interface DeadLetter {
  /** Of the dead letter, and the cursor behind it. */
  readonly id: string;
  readonly address: { readonly typename: string; readonly id: string };
  readonly error: { readonly code: string; readonly message: string };
}

/** What tests ask of the Worker of this folder. */
export function edgesOf(objects: () => Objects) {
  async function asked<T>(path: string): Promise<T> {
    const response = await fetch(`${objects().url()}${path}`);
    const text = await response.text();
    expect(response.status, text.slice(0, 300)).toBe(200);
    return JSON.parse(text) as T;
  }
  const control = <T>(what: string, query: Record<string, string> = {}): Promise<T> =>
    asked<T>(`/test/${what}?${new URLSearchParams(query)}`);

  function post(to: string, value: string | number, more: Record<string, string> = {}) {
    const kind = typeof value === "string" ? "string" : "int";
    const headers = {
      "content-type": "application/json",
      "statefun-type": `io.statefun.types/${kind}`,
      ...more,
    };
    const body = JSON.stringify(value);
    return fetch(`${objects().url()}/functions/${to}`, { method: "POST", headers, body });
  }
  async function send(to: string, value: string | number): Promise<void> {
    const response = await post(to, value);
    expect(response.status, await response.text()).toBe(202);
  }
  async function call(to: string, value: string | number): Promise<number> {
    const response = await post(to, value, { prefer: "wait=20" });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.status, new TextDecoder().decode(bytes)).toBe(200);
    return int.decode(bytes);
  }
  /** All of them, page by page. */
  async function deadLetters(): Promise<DeadLetter[]> {
    const all: DeadLetter[] = [];
    for (let after = "0"; ; ) {
      const page = await asked<{ deadLetters: DeadLetter[]; next: string }>(
        `/admin/dead-letters?after=${after}&limit=100`,
      );
      all.push(...page.deadLetters);
      if (page.deadLetters.length === 0) return all;
      after = page.next;
    }
  }
  return { asked, control, post, send, call, deadLetters };
}
