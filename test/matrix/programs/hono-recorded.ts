import { Hono } from "hono";
import { statefun } from "statefun/hono";
import { detectProtocol } from "statefun/protocol";
import { recordedFunctionsV2, recordedFunctionsV3 } from "../../recorded/functions.ts";

/**
 * Both clusters' functions in a Hono application. They have the same names and sometimes the same path, so
 * they are told apart by what their cluster speaks.
 */
export function honoRecorded(): Hono<{ Bindings: object }> {
  const options = { onError: () => undefined };
  const v2 = statefun(recordedFunctionsV2(), options);
  const v3 = statefun(recordedFunctionsV3(), options);
  return new Hono<{ Bindings: object }>().all("*", async (context, next) => {
    const bytes = new Uint8Array(await context.req.raw.clone().arrayBuffer());
    return detectProtocol(bytes) === "v2" ? v2(context, next) : v3(context, next);
  });
}
