import process from "node:process";
import { keep } from "statefun";
import { bearerToken } from "statefun/http";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { functions, greeter, greetings } from "./functions.ts";

// A missing token stops the program here, before it listens.
const { APP_TOKEN = "", OPERATOR_TOKEN = "", DATA = ".", PORT = "8080" } = process.env;
const clients = bearerToken(APP_TOKEN);
const operators = bearerToken(OPERATOR_TOKEN);

const runtime = await createRuntime({
  modules: functions,
  store: sqliteStore(`${DATA}/app.db`),
  egresses: [keep(greetings)],
  http: { expose: [greeter, greetings], authenticate: clients, admin: { authenticate: operators } },
});
const server = await serve({ fetch: runtime.fetch, port: Number(PORT), hostname: "0.0.0.0" });
console.log(`listening on port ${server.port}`);

// The store has failed for good: the supervisor starts the program again.
runtime.closed.catch(() => process.exit(1));

async function stop(): Promise<void> {
  // First the runtime: probes are answered with 503 until everything is stored.
  await runtime.close();
  await server.close();
}
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
