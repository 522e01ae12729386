import { requestReplyHandler } from "statefun";
import { serve } from "statefun/bun";
import { functions } from "../../workers/functions.ts";

const port = Number(process.env["PORT"] ?? 8080);
const server = await serve({ fetch: requestReplyHandler(functions), port });
console.log(`listening on http://127.0.0.1:${server.port}/statefun`);
process.once("SIGTERM", () => server.close());
