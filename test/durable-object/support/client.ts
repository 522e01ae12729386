import { expect } from "vitest";
import type { Objects } from "./objects.ts";

/** What tests ask of a Worker: by its surface, and below `/test/` by its own control. */
export function clientOf(objects: () => Objects) {
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
  /** The bytes of an answer, for which this is waited so many seconds. */
  async function answer(to: string, value: string | number, seconds: number): Promise<Uint8Array> {
    const response = await post(to, value, { prefer: `wait=${seconds}` });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.status, new TextDecoder().decode(bytes)).toBe(200);
    return bytes;
  }
  return { asked, control, post, send, answer };
}
