import { string } from "statefun";

/** A value, made anew each time, and what is said of it: refused at a place, or given back as this. */
export interface OddValue {
  readonly name: string;
  readonly make: () => unknown;
  /** A part of the text of the error. */
  readonly refused?: string;
  /** What is read in its place, where that is not the value itself. */
  readonly read?: unknown;
}

/** What has to be read of a value that is given back. */
export function expectedOf({ make, read }: OddValue): unknown {
  return read === undefined ? make() : read;
}

class Cart {
  items: string[] = ["a"];
}
class Bare extends (null as unknown as typeof Object) {}
class List extends Array<number> {}

const cyclic = () => {
  const cart: Record<string, unknown> = { items: [{}] };
  cart["items"] = [{ cart }];
  return cart;
};
const deep = (levels: number) => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
};
const hole = () => {
  const list = [1, 2, 3];
  delete list[1];
  return { list };
};
const keyed = (value: unknown) => Object.assign([1], { more: value });
const broken = (name: string) =>
  new Proxy(
    {},
    {
      [name]: () => {
        throw new RangeError("a trap");
      },
    },
  );
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return { proxy };
};
const args = function (..._: unknown[]): unknown {
  // biome-ignore lint/complexity/noArguments: that is the value.
  return arguments;
};

export const refusedEverywhere: readonly OddValue[] = [
  { name: "a Date", make: () => new Date(0), refused: "test/Data: a Date is not JSON data" },
  {
    name: "a Date deep inside",
    make: () => ({ items: [1, 2, { at: new Date(0) }] }),
    refused: "items[2].at: a Date is not JSON data: use an ISO text or a number",
  },
  { name: "a Date that is none", make: () => [new Date(Number.NaN)], refused: "[0]: a Date" },
  { name: "a Map", make: () => ({ by: new Map([["a", 1]]) }), refused: "by: a Map" },
  { name: "a Set", make: () => ({ of: new Set([1]) }), refused: "of: a Set" },
  { name: "a WeakMap", make: () => new WeakMap(), refused: "a WeakMap" },
  { name: "a RegExp", make: () => ({ re: /a/g }), refused: "re: a RegExp" },
  { name: "a Promise", make: () => ({ later: Promise.resolve(1) }), refused: "later: a Promise" },
  { name: "an Error", make: () => ({ e: new Error("no") }), refused: "e: an Error" },
  { name: "a TypeError", make: () => new TypeError("no"), refused: "a TypeError" },
  { name: "bytes", make: () => ({ b: Uint8Array.of(1) }), refused: "b: a Uint8Array" },
  { name: "a Float64Array", make: () => [new Float64Array(1)], refused: "[0]: a Float64Array" },
  { name: "an ArrayBuffer", make: () => new ArrayBuffer(1), refused: "an ArrayBuffer" },
  { name: "a DataView", make: () => new DataView(new ArrayBuffer(1)), refused: "a DataView" },
  { name: "a function", make: () => cyclic, refused: "a function" },
  { name: "a function in a list", make: () => [() => 1], refused: "[0]: a function" },
  { name: "a method", make: () => ({ go() {} }), refused: "go: a function" },
  { name: "a class", make: () => ({ Cart }), refused: "Cart: a function" },
  { name: "a symbol", make: () => Symbol("a"), refused: "a symbol" },
  { name: "a symbol in an object", make: () => ({ s: Symbol.iterator }), refused: "s: a symbol" },
  { name: "a symbol as a key", make: () => ({ a: { [Symbol("k")]: 1 } }), refused: "a: a symbol" },
  { name: "a bigint", make: () => ({ n: 5n }), refused: "n: the bigint 5 is not JSON data" },
  { name: "NaN", make: () => ({ n: Number.NaN }), refused: "n: NaN is not JSON data" },
  { name: "Infinity", make: () => [0, Number.POSITIVE_INFINITY], refused: "[1]: Infinity" },
  { name: "-Infinity", make: () => Number.NEGATIVE_INFINITY, refused: "-Infinity" },
  { name: "undefined in a list", make: () => ({ l: [undefined] }), refused: "l[0]: undefined" },
  { name: "a hole in a list", make: hole, refused: "list[1]: undefined (or a hole in a list)" },
  { name: "a list of nothing but holes", make: () => new Array(3), refused: "[0]: undefined" },
  { name: "a list with a key", make: () => ({ l: keyed(1) }), refused: "l: a list with keys" },
  { name: "what a RegExp matched", make: () => /b/.exec("abc"), refused: "a list with keys" },
  { name: "an instance of a class", make: () => ({ c: new Cart() }), refused: "c: a Cart" },
  {
    name: "one of a class of null",
    make: () => Reflect.construct(Object, [], Bare),
    refused: "Bare",
  },
  { name: "an object of a prototype", make: () => Object.create({ a: 1 }), refused: "a prototype" },
  {
    name: "one of a bare prototype",
    make: () => Object.create(Object.create(null)),
    refused: "proto",
  },
  { name: "a subclass of lists", make: () => ({ l: List.of(1, 2) }), refused: "l: a List" },
  { name: "a boxed number", make: () => ({ n: Object(1) }), refused: "n: a Number" },
  { name: "a boxed text", make: () => [Object("a")], refused: "[0]: a String" },
  { name: "a boxed truth", make: () => Object(true), refused: "a Boolean" },
  { name: "a toJSON of its own", make: () => ({ toJSON: () => 1 }), refused: "toJSON: a function" },
  { name: "an inherited toJSON", make: () => new URL("http://a/"), refused: "a URL" },
  { name: "a cycle", make: cyclic, refused: "items[0].cart: it is a circular reference" },
  { name: "more levels than are read", make: () => deep(5_000), refused: "1000 levels" },
  { name: "more levels than a stack has", make: () => deep(200_000), refused: "1000 levels" },
  { name: "a proxy that throws for keys", make: () => broken("ownKeys"), refused: "(a trap)" },
  { name: "one for its prototype", make: () => broken("getPrototypeOf"), refused: "(a trap)" },
  { name: "a revoked proxy", make: revoked, refused: "cannot be read" },
  {
    name: "a getter that throws",
    make: () => ({
      get a() {
        throw new Error("no");
      },
    }),
    refused: "(no)",
  },
  {
    name: "a getter of a Date",
    make: () => ({
      get at() {
        return new Date(0);
      },
    }),
    refused: "at: a Date",
  },
  { name: "arguments", make: () => args(1, 2), refused: "a symbol as a key" },
  { name: "Math", make: () => ({ m: Math }), refused: "m: a symbol as a key" },
  { name: "a generator", make: () => [1].values(), refused: "not JSON data" },
  { name: "a tagged value", make: () => ({ m: string.of("a") }), refused: "m: a MessageValue" },
];

const shared = { a: [1] };
const own = (key: string, value: unknown) =>
  Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true });
const plus = (more: object, also: object) => Object.assign(more, also);

export const keptEverywhere: readonly OddValue[] = [
  { name: "-0", make: () => -0 },
  { name: "-0 among others", make: () => ({ list: [0, -0, 'a"', null, true], "k\n": { z: -0 } }) },
  { name: "numbers to the last bit", make: () => [5e-324, 1.7976931348623157e308, 0.1 + 0.2] },
  {
    name: "integers beyond 2^53",
    make: () => [2 ** 53 + 2, -(2 ** 60), 1e21, 123456789012345680000],
  },
  { name: "a lone surrogate", make: () => ["a\ud800", "\udfffb"] },
  { name: "a lone surrogate in a key", make: () => ({ "\udc00": { "x\ud83d": 1 } }) },
  { name: "every kind of white", make: () => "\u0000\u001f\u007f\u0085\u2028\u2029\ufeff" },
  { name: "text beyond the first plane", make: () => ({ "🙂": "é🙂" }) },
  { name: "__proto__ as a key", make: () => ({ a: own("__proto__", { polluted: true }) }) },
  {
    name: "__proto__ as a key of a list in it",
    make: () => [own("__proto__", [own("__proto__", -0)])],
  },
  { name: "constructor as a key", make: () => ({ constructor: { prototype: 1 }, valueOf: 2 }) },
  { name: "toJSON as a key of data", make: () => ({ toJSON: 5 }) },
  { name: "hasOwnProperty as a key", make: () => ({ hasOwnProperty: "x", isPrototypeOf: 1 }) },
  { name: "an empty key", make: () => ({ "": { "": [] } }) },
  { name: "keys that look like indices", make: () => ({ b: 1, 1: 2, 0: 3, "-1": 4, "01": 5 }) },
  { name: "one object twice", make: () => ({ one: shared, two: shared, list: [shared, shared] }) },
  { name: "null", make: () => ({ a: null, list: [null] }) },
  { name: "emptiness", make: () => [{}, [], "", [[]], 0, false] },
  { name: "a frozen value", make: () => Object.freeze({ a: Object.freeze([1]) }) },
  { name: "many levels", make: () => deep(900) },
  { name: "a long list", make: () => Array.from({ length: 5_000 }, (_, index) => index / 3) },
  {
    name: "many keys",
    make: () => Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`k${n}`, { n }])),
  },
  {
    name: "what looks like a message",
    make: () => ({ "~message": true, typename: "a/b", bytes: [1] }),
  },
  { name: "what looks like a type", make: () => ({ typename: "a/b", value: 1, "~typed": true }) },
  {
    name: "a property that is undefined",
    make: () => ({ a: 1, note: undefined, in: [{ note: undefined }] }),
    read: { a: 1, in: [{}] },
  },
  {
    name: "no prototype",
    make: () => plus(Object.create(null), { a: Object.create(null) }),
    read: { a: {} },
  },
  {
    name: "a proxy of plain data",
    make: () => new Proxy({ a: new Proxy([1], {}) }, {}),
    read: { a: [1] },
  },
  {
    name: "a getter, by what it gives",
    make: () => ({
      get a() {
        return [1];
      },
    }),
    read: { a: [1] },
  },
];
