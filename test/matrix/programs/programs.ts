import { requestReplyHandler, StatefulFunctions } from "statefun";
import { memoryStore } from "statefun/runtime";
import { fetch as contract } from "../../contract/app.ts";
import { app } from "../../contract/hono-app.ts";
import { http } from "../../http/app.ts";
import { edgeFetch, edgeHttp } from "../../http/edge-app.ts";
import { startApplication } from "../../http/start.ts";
import { recordedApp } from "../../recorded/app.ts";
import { honoRecorded } from "./hono-recorded.ts";

export type Program = (request: Request) => Response | Promise<Response>;

/** A function of its own, so that the handler is served as it is, with no other around it. */
const smoke = new StatefulFunctions();
smoke.bind("matrix/relay", (context, message) => context.send(context.self, message));

/** What a process of the matrix can serve, chosen by its first argument. */
const programs = new Map<string, () => Program | Promise<Program>>([
  ["contract", () => (request) => contract(request)],
  ["hono", () => (request) => app.fetch(request, { name: "bindings of the app" })],
  [
    "http",
    () => {
      const starting = startApplication({ store: memoryStore(), onError: () => undefined });
      return async (request) => (await starting).fetch(request);
    },
  ],
  [
    // Served as it is and without credentials, so that Node needs no `Request` for a message.
    "http-open",
    async () => {
      const options = { store: memoryStore(), onError: () => undefined };
      return (await startApplication({ ...options, http: { ...http, authenticate: "none" } }))
        .fetch;
    },
  ],
  [
    "edge",
    () => {
      const options = { store: memoryStore(), http: edgeHttp, onError: () => undefined };
      const starting = startApplication(options);
      return edgeFetch(async (request) => (await starting).fetch(request));
    },
  ],
  [
    "hono-recorded",
    () => {
      const recorded = honoRecorded();
      return (request) => recorded.fetch(request);
    },
  ],
  ["bare", () => requestReplyHandler(smoke, { onError: () => undefined })],
  ["served", () => (request) => new Response(typeof Object(request)["~servedWithin"])],
  // One of the recorded functions fails on purpose: its errors are no news.
  ["recorded", () => recordedApp({ onError: () => undefined })],
]);

export async function programOf(name: string | undefined): Promise<Program> {
  const make = programs.get(name ?? "");
  if (make === undefined) throw new TypeError(`no program ${name}: ${[...programs.keys()]}`);
  return make();
}

/** The line by which the runner learns that, and where, a server listens. */
export function announce(port: number): void {
  console.log(JSON.stringify({ port }));
}
