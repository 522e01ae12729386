import { expect, it } from "vitest";
import { rawClient } from "../contract/socket.ts";
import type { Edge, Place } from "./edge-requests.ts";
import { edges } from "./edges.ts";

/** What no answer may show: a stack, or the error page of a runtime. */
const inside = /\bat [^\n]+:\d+:\d+|node_modules|<html/i;

/** Sends every request of the table as its bytes, each on a connection of its own. */
export function edgeSuite(place: Place, server: () => string): void {
  it.each(edges.map((edge) => [edge.name, edge] as const))("%s", async (_, edge) => {
    const [status = edge.status] = edge.except?.[place] ?? [];
    const received = await answerOf(server(), edge);
    const found = [...received.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, code]) => Number(code));
    expect(found.filter((code) => code !== 100).at(-1), received).toBe(status);
    if (edge.says !== undefined && edge.except?.[place] === undefined) {
      expect(received).toMatch(edge.says);
    }
    if (edge.answers === 2) expect(found).toEqual([status, status]);
    expect(received).not.toMatch(inside);
  });
}

async function answerOf(url: string, { request, answers = 1 }: Edge): Promise<string> {
  const client = await rawClient(url);
  await client.write(Buffer.from(request, "latin1"));
  const answer = "HTTP/1\\.[01] [2-5][\\s\\S]*?\\r\\n\\r\\n[\\s\\S]*?";
  const received = await client.until(new RegExp(`(?:${answer}){${answers}}$`));
  client.destroy();
  return received;
}
