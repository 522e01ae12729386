import fc from "fast-check";

class Instance {
  readonly part: unknown;

  constructor(part: unknown) {
    this.part = part;
  }
}

const numbers = fc.oneof(
  fc.double(),
  fc.constantFrom(-0, 0, 5e-324, 2 ** 53 + 2, Number.NaN, Number.POSITIVE_INFINITY),
);
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  // Lone surrogates too.
  fc.array(fc.nat(0xffff), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
);
const keys = fc.oneof(texts, fc.constantFrom("__proto__", "toJSON", "constructor", "", "0", "-1"));

/** Everything that fast-check knows of. */
export const anything: fc.Arbitrary<unknown> = fc.anything({
  key: keys,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** Plain data and, seldom in it, what is none: instances, symbols, getters, cycles, keys on lists. */
export const mixed: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; odd: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: "value" },
    { weight: 6, arbitrary: fc.oneof(numbers, texts, fc.boolean(), fc.constant(null)) },
    { weight: 3, arbitrary: fc.array(tie("value"), { maxLength: 4 }) },
    { weight: 3, arbitrary: fc.dictionary(keys, tie("value"), { maxKeys: 4 }) },
    { weight: 1, arbitrary: tie("odd") },
  ),
  odd: fc.oneof(
    fc.constantFrom(undefined, Symbol("a"), () => 1, new Date(0), /a/, new Error("no"), 5n),
    tie("value").map((value) => new Instance(value)),
    tie("value").map((value) => Object.assign([1], { more: value })),
    tie("value").map((value) => ({ [Symbol.for("a")]: value })),
    tie("value").map((value) => ({ toJSON: () => value })),
    tie("value").map((value) => ({ value, note: undefined })),
    tie("value").map((value) => Object.freeze({ one: value, two: value })),
    tie("value").map((value) => Object.assign(Object.create(null), { value })),
    tie("value").map((value) => ({
      get value() {
        return value;
      },
    })),
    tie("value").map((value) => {
      const cyclic: unknown[] = [value];
      cyclic.push({ cyclic });
      return cyclic;
    }),
  ),
})).value;
