import { setTimeout } from "node:timers/promises";
import type { Count } from "../kills/functions.ts";

/** A record of `kills/records` as it is read over HTTP. */
export interface Read {
  readonly cursor: string;
  readonly id: string;
  readonly from: { readonly id: string };
  readonly value: number;
}

const records = "/egresses/kills/records";
const credentials = { authorization: "Bearer sender" };

/** All records, page by page. */
export async function readAll(url: string): Promise<Read[]> {
  const all: Read[] = [];
  for (let after = "0"; ; ) {
    const query = `?limit=1000&after=${after}`;
    const response = await fetch(`${url}${records}${query}`, { headers: credentials });
    const { records: page, next } = await response.json();
    if (page.length === 0) return all;
    all.push(...page);
    after = next;
  }
}

/** Follows the event stream through all lives of the server, coming back with the last cursor. */
export async function follow(url: string, signal: AbortSignal): Promise<Read[]> {
  const all: Read[] = [];
  while (!signal.aborted) {
    const headers = {
      ...credentials,
      accept: "text/event-stream",
      "last-event-id": all.at(-1)?.cursor ?? "0",
    };
    try {
      const response = await fetch(`${url}${records}`, { headers, signal });
      let text = "";
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += piece;
        const events = text.split("\n\n");
        // The last one may have come in part, and then it comes again.
        text = events.pop() ?? "";
        for (const event of events) {
          const [, data] = /\ndata: (.*)$/.exec(event) ?? [];
          if (data !== undefined) all.push(JSON.parse(data));
        }
      }
    } catch {
      // The server was killed, or this is over.
    }
    await setTimeout(20);
  }
  return all;
}

/** What an instance knows, as operators see it. */
export async function countOf(url: string, typename: string, id: string): Promise<Count> {
  const headers = { authorization: "Bearer operator" };
  const response = await fetch(`${url}/admin/instances/${typename}/${id}`, { headers });
  const { state } = await response.json();
  const value = (name: string): number => Number(state[name]?.value ?? 0);
  return { total: value("total"), last: value("last"), disorder: value("disorder") };
}

export async function deadLetters(url: string): Promise<readonly unknown[]> {
  const headers = { authorization: "Bearer operator" };
  const response = await fetch(`${url}/admin/dead-letters`, { headers });
  return (await response.json()).deadLetters;
}
