import process from "node:process";
import { serve } from "statefun/node";
import { announce, programOf } from "./programs.ts";

const server = await serve({ fetch: await programOf(process.argv[2]), port: 0 });
process.on("SIGTERM", () => server.close().then(() => process.exit(0)));
announce(server.port);
