import { join } from "node:path";
import { int } from "statefun";
import { expect } from "vitest";
import { heapBytes } from "../support/heap.ts";
import { type Objects, startObjects } from "../support/objects.ts";

export const startLarge = (): Promise<Objects> =>
  startObjects(join(import.meta.dirname, "worker.ts"), {}, { isInspected: true });

/** What tests ask of the Worker of this folder. */
export function largeOf(objects: () => Objects) {
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
  async function answer(to: string, value: string | number): Promise<Uint8Array> {
    const response = await post(to, value, { prefer: "wait=50" });
    const body = new Uint8Array(await response.arrayBuffer());
    expect(response.status, new TextDecoder().decode(body)).toBe(200);
    return body;
  }
  return {
    control,
    post,
    send,
    count: async (id: string) => int.decode(await answer(`large/counted/${id}`, "ask")),
    text: async (to: string, value: string | number) =>
      new TextDecoder().decode(await answer(to, value)),
    /** Megabytes in memory. */
    heap: async () =>
      (await heapBytes(await objects().inspector(), () => control("errors"))) / 1_000_000,
    waiting: async (id: string): Promise<number> => {
      const query = new URLSearchParams({ function: "large/slow", id });
      return (await asked<{ mailboxLength: number }>(`/admin/instance?${query}`)).mailboxLength;
    },
  };
}
