/** What an answer says of a name. Names come from outside, and an object has more than its own. */
export function ownOf<T>(of: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return of !== undefined && Object.hasOwn(of, name) ? of[name] : undefined;
}
