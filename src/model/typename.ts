/**
 * The two parts that the wire keeps apart, split at the last slash as the official SDKs do. Without a slash
 * all of it is the name.
 */
export function splitTypename(typename: string): readonly [namespace: string, name: string] {
  const slash = typename.lastIndexOf("/");
  return [typename.slice(0, Math.max(slash, 0)), typename.slice(slash + 1)];
}
