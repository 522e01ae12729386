import { keep } from "statefun";
import { type ServeOptions, serve } from "statefun/node";
import { createRuntime, type Store } from "statefun/runtime";
import { functions, lines, room } from "./functions.ts";
import { withPage } from "./page.ts";

/** A day of lines, and not more than a browser can show. */
export const kept = keep(lines, { maxRecords: 1_000, retentionMs: 86_400_000 });

export const http = {
  expose: [room, lines],
  // Everybody may come in. Where that is not so: the cookie of a session, because an EventSource sends no header.
  authenticate: "none",
} as const;

/** The runtime behind a server of Node; `close` ends both. */
export async function startChat(store: Store, options: Omit<ServeOptions, "fetch"> = {}) {
  const runtime = await createRuntime({ modules: [functions], store, egresses: [kept], http });
  const server = await serve({ ...options, fetch: withPage(runtime.fetch) });
  return {
    url: `http://127.0.0.1:${server.port}`,
    async close() {
      await runtime.close();
      await server.close();
    },
  };
}
