import { requestReplyHandler } from "statefun";
import { functions } from "./functions.ts";

const handler = requestReplyHandler(functions);

export default {
  fetch(request, env, executionContext) {
    const { pathname } = new URL(request.url);
    if (pathname === "/statefun") return handler(request, env, executionContext);
    return new Response("not found\n", { status: 404 });
  },
} satisfies ExportedHandler;
