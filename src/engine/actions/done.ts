import type { ActionResult } from "../contract/actions.ts";

/** What an action has done: all of it, in the open window. */
export type Done = Pick<ActionResult, "count" | "next" | "id">;
