import { peek, show } from "../../internal/show.ts";

/** Whether a list or an object is no instance of a class: those of another realm are plain as well. */
export function isPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    // Of all prototypes of lists only that of a realm's own is a list itself.
    return prototype === Array.prototype || Array.isArray(prototype);
  }
  if (prototype === Object.prototype || prototype === null) return true;
  // The Object.prototype of another realm: nothing else has both.
  const isRoot = Object.getPrototypeOf(prototype) === null;
  return isRoot && Object.hasOwn(Object(prototype), "isPrototypeOf");
}

/** What to use in its place, by the name of the class. */
const instead: { readonly [name: string]: string } = {
  Date: "an ISO text or a number",
  Map: "an object or a list of pairs",
  Set: "a list",
  RegExp: "its source, a text",
  Error: "its message, a text",
  Promise: "await",
  Uint8Array: "base64, or a type of bytes",
  ArrayBuffer: "base64, or a type of bytes",
};

/** Says of a value that JSON has no form of what it is, and what has one. */
export function whatIs(value: unknown): string {
  const [what, other] = described(value);
  return `${what} is not JSON data${other === undefined ? "" : `: use ${other}`}`;
}

function described(value: unknown): readonly [what: string, instead?: string | undefined] {
  switch (typeof value) {
    case "number":
      return [String(value), "null or a text"];
    case "bigint":
      return [`the bigint ${show(value)}`, "a text"];
    case "undefined":
      return ["undefined (or a hole in a list)", "null"];
    case "object":
      return value === null ? ["null"] : describedObject(value);
    default:
      return [`a ${typeof value}`];
  }
}

function describedObject(value: object): readonly [what: string, instead?: string | undefined] {
  if (isPlainPrototype(value)) {
    return Object.getOwnPropertySymbols(value).length > 0
      ? ["a symbol as a key"]
      : ["a list with keys besides its indices"];
  }
  const name = peek(peek(value, "constructor"), "name");
  if (typeof name !== "string" || name === "" || name === "Object") {
    return ["an object with a prototype of its own", "a plain object"];
  }
  const article = /^[AEIO]/.test(name) ? "an" : "a";
  const known = Object.hasOwn(instead, name) ? instead[name] : "a plain object";
  return [`${article} ${name}`, known];
}
