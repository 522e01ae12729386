import type { JSX } from "preact";
import { type WriteParts, write } from "../api/client.ts";
import type { Done } from "../api/types.ts";
import { Confirm, type ConfirmProps, type Intent } from "./confirm.tsx";
import { saidOf } from "./reads/done.ts";

interface ActProps extends Omit<ConfirmProps, "run"> {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly parts?: Pick<WriteParts, "query" | "headers">;
  /** What is said when it is done, and when there was nothing to do. */
  readonly done: string;
  readonly nothing: string;
}

/** A dialog before a change that is one request. */
export function Act(props: ActProps): JSX.Element {
  const { method, path, parts, done, nothing, ...dialog } = props;
  const run = async (intent: Intent): Promise<string> =>
    saidOf(await write<Done>(method, path, { ...intent, ...parts }), done, nothing);
  return <Confirm {...dialog} run={run} />;
}
