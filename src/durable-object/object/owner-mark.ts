import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";

/*
 * What the identity of the storage of an object has: 20 random letters and digits, and since there are marks the mark of its
 * name. Behind a slash stands the name itself, where the platform does not give it.
 */

/** Letters and digits that the identity of a store had before it said whose it is, and begins with since. */
const randomLength = 20;

/** Of `ownerMark`. */
const markLength = 8;

/**
 * What the identity of the storage of an object has of its name: 32 bits of FNV-1a over UTF-16 units.
 * Not `hashOf` of the store, which is over bytes of UTF-8: a name like `é` would get another mark than the one that is stored.
 */
export function ownerMark(name: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/**
 * Throws `misconfigured` for the storage of another object, a copy: it would send again what that one has sent, under its name.
 */
export function assertOwnStore(identity: string | undefined, name: string): void {
  const mark = identity?.slice(randomLength, randomLength + markLength) ?? "";
  const owner = ownedName(identity);
  const isOwn = owner === undefined ? mark === ownerMark(name) : owner === name;
  if (mark === "" || isOwn) return;
  const text = `the storage of ${show(name)} is a copy of the storage of another object: restore it under its original name`;
  throw new StateFunError("misconfigured", text);
}

/** The name that stands in an identity, if it does. */
export function ownedName(identity: string | undefined): string | undefined {
  const slash = randomLength + markLength;
  return identity?.[slash] === "/" ? identity.slice(slash + 1) : undefined;
}
