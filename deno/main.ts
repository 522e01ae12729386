import { requestReplyHandler } from "statefun";
import { functions } from "../workers/functions.ts";

/** `deno serve` takes it from here. */
export default { fetch: requestReplyHandler(functions) };
