import { requestReplyHandler, StatefulFunctions } from "statefun";
import { bindSmoke } from "../recorded/smoke.ts";
import { v2Types, v3Types } from "../recorded/wire-types.ts";
import type { FetchHandler } from "./node-server.ts";
import type { Release } from "./releases.ts";

/**
 * The interpreter of the smoke suite's commands. Errors are collected: the cluster repeats what fails, so a run
 * may pass in spite of them.
 */
export function smokeApp({ wire }: Release, errors: unknown[] = []): FetchHandler {
  const functions = new StatefulFunctions();
  bindSmoke(functions, wire === "v2" ? v2Types() : v3Types());
  return requestReplyHandler(functions, { onError: (error) => errors.push(error) });
}
