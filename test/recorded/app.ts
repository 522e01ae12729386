import { type HandlerOptions, requestReplyHandler } from "statefun";
import { detectProtocol } from "statefun/protocol";
import { recordedFunctionsV2, recordedFunctionsV3 } from "./functions.ts";

/**
 * Both clusters' functions behind one fetch handler. They have the same names and sometimes the same path, so
 * they are told apart by what their cluster speaks.
 */
export function recordedApp(options: HandlerOptions = {}): (request: Request) => Promise<Response> {
  const v2 = requestReplyHandler(recordedFunctionsV2(), options);
  const v3 = requestReplyHandler(recordedFunctionsV3(), options);
  return async (request) => {
    const bytes = new Uint8Array(await request.clone().arrayBuffer());
    return detectProtocol(bytes) === "v2" ? v2(request) : v3(request);
  };
}
