/** `server.ts PORT`: serves the functions. Each line of its standard input makes the next record one that no cluster takes. */
import { createInterface } from "node:readline";
import { requestReplyHandler } from "statefun";
import { serve } from "statefun/node";
import { functions, trouble } from "./app.ts";

const { port } = await serve({
  fetch: requestReplyHandler(functions),
  port: Number(process.argv[2] ?? 0),
  hostname: "127.0.0.1",
});
console.log(port);
for await (const _ of createInterface({ input: process.stdin })) trouble.isNext = true;
process.exit();
