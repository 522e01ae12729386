import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { type WriteParts, write } from "../api/client.ts";
import type { Done } from "../api/types.ts";
import { Confirm, type ConfirmProps, type Intent } from "./confirm.tsx";
import { saidOf } from "./reads/done.ts";

interface ActProps extends Omit<ConfirmProps, "run"> {
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly parts?: Pick<WriteParts, "query" | "headers">;
  /** What is said when it is done. */
  readonly done: string;
  /** What is said when there was nothing to do. */
  readonly nothing?: string;
}

/** A dialog before a change that is one request. */
export function Act(props: ActProps): JSX.Element {
  const { method, path, parts, done, nothing, ...dialog } = props;
  const keyFor = useKeys();
  const run = async ({ key, why }: Intent): Promise<string> => {
    const own = { key: keyFor(key, JSON.stringify(parts)), why };
    return saidOf(await write<Done>(method, path, { ...own, ...parts }), done, nothing);
  };
  return <Confirm {...dialog} run={run} />;
}

/** A key for each different request of one dialog: the same request keeps its key when it is tried again. */
export function useKeys(): (key: string, request: string) => string {
  const seen = useRef<string[]>([]);
  return (key, request) => {
    if (!seen.current.includes(request)) seen.current.push(request);
    return `${key}-${seen.current.indexOf(request)}`;
  };
}
