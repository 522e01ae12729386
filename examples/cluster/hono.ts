import { Hono } from "hono";
import { statefun } from "statefun/hono";
import { serve } from "statefun/node";
import { functions } from "../../workers/functions.ts";

const app = new Hono();
app.get("/", (c) => c.text("a Hono app with stateful functions\n"));
app.post("/statefun", statefun(functions));

const port = Number(process.env["PORT"] ?? 8080);
const server = await serve({ fetch: app.fetch, port });
console.log(`listening on http://127.0.0.1:${server.port}/statefun`);
process.once("SIGTERM", () => server.close());
