import type { Invocation } from "./invocation.ts";
import { valueBytes } from "./message-bytes.ts";
import type { HandledMessage } from "./observer.ts";

/** A message as an observer sees it. */
export function handledMessage({ argument, caller, attempts }: Invocation): HandledMessage {
  const { typename, headers } = argument;
  const attempt = attempts === undefined ? undefined : attempts + 1;
  return { typename, caller, headers, bytes: valueBytes(argument), attempt };
}
