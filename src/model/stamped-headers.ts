import type { WireHeader } from "./invocation.ts";

const parent = "traceparent";
const state = "tracestate";

/**
 * Headers with those that an observer adds. `given`: a handler gave them, so that none of them is replaced. Otherwise a message
 * came with them and is sent on: its trace goes on from here. The two headers of the context of a trace stay together. The same list
 * where nothing is added.
 */
export function stampedHeaders(
  headers: readonly WireHeader[],
  given: boolean,
  added: Readonly<Record<string, string>> | undefined,
): readonly WireHeader[] {
  if (added === undefined) return headers;
  const isThere = (name: string) => headers.some(({ key }) => key === name);
  const isTaken = (name: string) => isThere(name) || (name === state && isThere(parent));
  const names = Object.keys(added).filter((name) => !given || !isTaken(name));
  if (names.length === 0) return headers;
  const isReplaced = ({ key }: WireHeader) =>
    !given && (names.includes(key) || (key === state && names.includes(parent)));
  const encoder = new TextEncoder();
  return [
    ...headers.filter((header) => !isReplaced(header)),
    ...names.map((key) => ({ key, value: encoder.encode(added[key]) })),
  ];
}
