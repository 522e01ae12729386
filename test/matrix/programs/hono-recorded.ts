import { Hono } from "hono";
import { statefun } from "statefun/hono";
import { recordedFunctionsV2, recordedFunctionsV3 } from "../../recorded/functions.ts";

/** The recorded functions on the paths that they had, as a Hono application. */
export function honoRecorded(): Hono {
  const options = { onError: () => undefined };
  return new Hono()
    .all("/statefun", statefun(recordedFunctionsV2(), options))
    .all("/fn/*", statefun(recordedFunctionsV3(), options));
}
