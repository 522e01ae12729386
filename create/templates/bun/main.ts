import process from "node:process";
import { keep } from "statefun";
import { bearerToken } from "statefun/http";
import { serve } from "statefun/bun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { functions, greeter, greetings } from "./functions.ts";

const { env } = process;

const runtime = await createRuntime({
  modules: [functions],
  store: sqliteStore(env["STORE"] ?? "app.db"),
  egresses: [keep(greetings)],
  // Without a token the program does not start.
  http: { expose: [greeter, greetings], authenticate: bearerToken(env["TOKEN"] ?? "") },
});
// The store has failed, and the error was printed: whatever supervises the process starts it again.
runtime.closed.catch(() => process.exit(1));

const server = await serve({
  fetch: runtime.fetch,
  port: Number(env["PORT"] ?? 8080),
  hostname: env["HOST"] ?? "127.0.0.1",
});
console.log(`listening on port ${server.port}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    await runtime.close();
    await server.close();
    process.exit();
  });
}
