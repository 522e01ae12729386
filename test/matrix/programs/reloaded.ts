import { int, StatefulFunctions, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";

/** Changed in the source, by which `wrangler dev` loads the Worker anew. */
const version = 1;

interface Env {
  readonly STATEFUN: { idFromName(name: string): unknown; get(id: never): unknown };
}

const functions = new StatefulFunctions("reloaded");

/** Counts messages: at once, after so many milliseconds in the handler or on the way, or by a later version alone. */
const counter = functions.bind(
  "reloaded/counter",
  {
    accepts: string,
    state: { count: { type: int, initial: 0 }, version: { type: int, initial: 0 } },
  },
  async (context, message) => {
    const [what, number] = message.split(" ");
    if (what === "after") {
      context.sendAfter(Number(number), counter.at(context.self.id), "count");
      return;
    }
    if (what === "slow") await new Promise((resolve) => setTimeout(resolve, Number(number)));
    if (what === "version" && version < Number(number)) throw new Error("of a later version");
    context.state.count++;
    context.state.version = version;
    // Seen without a request to the object, which would handle what is due.
    if (what === "slow" || context.caller !== undefined) console.log(`counted ${context.self.id}.`);
  },
);

const engine = durableObjectEngine<Env>({
  modules: functions,
  binding: "STATEFUN",
  // What waits for a later version is tried again soon, and for long.
  retry: { maxAttempts: 1_000, initialDelayMs: 200, maxDelayMs: 200 },
  http: { expose: [counter], authenticate: "none", admin: { authenticate: "none" } },
  onError: (error) => {
    if (!String(error).includes("of a later version")) console.error(`reported: ${error}`);
  },
});

export class StatefulObject extends engine.StatefulObject {}

export default {
  fetch(request: Request, env: Env): Promise<Response> | Response {
    const { pathname } = new URL(request.url);
    return pathname === "/version" ? Response.json(version) : engine.worker.fetch(request, env);
  },
};
