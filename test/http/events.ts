import { expect } from "vitest";
import { ask, type Server } from "./client.ts";

/** A record as it is read, in a page or in a stream. */
export interface ReadRecord {
  readonly cursor: string;
  readonly id: string;
  readonly from: { readonly typename: string; readonly id: string };
  readonly typename: string;
  readonly value?: unknown;
  readonly base64?: string;
  readonly headers: readonly unknown[];
}

export interface Page {
  readonly records: readonly ReadRecord[];
  readonly next: string;
}

export async function readPage(server: Server, path: string, query = ""): Promise<Page> {
  const response = await ask(server, `/egresses/${path}${query}`);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  return JSON.parse(text);
}

/** Where an egress ends now. */
export async function endOf(server: Server, path: string): Promise<string> {
  let { records, next } = await readPage(server, path, "?limit=1000");
  while (records.length > 0) {
    ({ records, next } = await readPage(server, path, `?limit=1000&after=${next}`));
  }
  return next;
}

export interface EventStream {
  readonly response: Response;
  /** The next records, as many as are asked for. Rejects when the stream ends before. */
  take(count: number): Promise<readonly ReadRecord[]>;
  /** Resolves when the server ends the stream. */
  ended(): Promise<void>;
  close(): Promise<void>;
}

/** What a browser's EventSource does, for a test: reads events, each checked for its form. */
export async function openStream(
  server: Server,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const leave = new AbortController();
  const all = { accept: "text/event-stream", ...headers };
  const response = await ask(server, `/egresses/${path}`, { headers: all, signal: leave.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const found: ReadRecord[] = [];
  const more = async (): Promise<boolean> => {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done || value === undefined) return false;
    text += value;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      if (event.startsWith(":")) continue;
      const [, id, data = ""] = /^id: (\d+)\ndata: (.*)$/.exec(event) ?? [];
      const record: ReadRecord = JSON.parse(data);
      expect(record.cursor, event).toBe(id);
      found.push(record);
    }
    return true;
  };
  return {
    response,
    async take(count) {
      while (found.length < count) {
        if (!(await more())) throw new Error(`the stream ended with ${found.length} of ${count}`);
      }
      return found.splice(0, count);
    },
    async ended() {
      while (await more());
    },
    async close() {
      leave.abort();
      await reader?.cancel().catch(() => {});
    },
  };
}
