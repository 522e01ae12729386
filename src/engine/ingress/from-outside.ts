import type { WireHeader, WireValue } from "../../model/invocation.ts";

/** As in `../../model/stamped-headers.ts`, which would be a chunk of its own for everybody. */
const failedTraceHeader = "statefun-failed";

const isForged = ({ key }: WireHeader): boolean => key === failedTraceHeader;

/**
 * A message as it may come in: without the header that only an engine gives to a dead letter. The next span would be linked to
 * whatever a caller has written there.
 */
export function fromOutside<M extends { readonly argument: WireValue }>(message: M): M {
  const { headers } = message.argument;
  if (!headers.some(isForged)) return message;
  // Its bytes may be made when they are asked for.
  const { typename, bytes } = message.argument;
  const own = headers.filter((header) => !isForged(header));
  return { ...message, argument: { typename, bytes, headers: own } };
}
