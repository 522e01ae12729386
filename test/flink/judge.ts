import { BinaryReader } from "@bufbuild/protobuf/wire";

const rightRounds = 2;
/** Counts that do not change for so long, while answers keep coming, will not change. */
const stalledMs = 10_000;

export interface Verdict {
  readonly verdict: "verified" | "over-counted" | "under-counted" | "failed";
  readonly error?: string;
}

/**
 * Judges what the ids answer, as Verifier.java: right means that every id gave the expected count twice since the
 * last wrong answer of any of them.
 */
export class Judge {
  readonly #expected: readonly number[];
  readonly #actual: number[];
  readonly #right: number[];
  #changedAt = performance.now();
  verdict: Verdict | undefined;

  constructor(expected: readonly number[]) {
    this.#expected = expected;
    this.#actual = expected.map(() => -1);
    this.#right = expected.map(() => 0);
  }

  /** A VerificationResult. */
  accept(bytes: Uint8Array): void {
    const [id, asked, actual] = fieldsOf(bytes);
    const expected = this.#expected[id];
    if (expected === undefined || asked !== expected) {
      this.#end({ verdict: "failed", error: `id ${id} answers a question that nobody asked` });
      return;
    }
    if (this.#actual[id] !== actual) this.#changedAt = performance.now();
    this.#actual[id] = actual;
    const error = `id ${id} counted ${actual} instead of ${expected}`;
    if (actual > expected) this.#end({ verdict: "over-counted", error });
    else if (actual < expected) {
      this.#right.fill(0);
      const isStalled = performance.now() - this.#changedAt > stalledMs;
      if (isStalled) this.#end({ verdict: "under-counted", error });
    } else {
      this.#right[id] = (this.#right[id] ?? 0) + 1;
      if (this.#right.every((rounds) => rounds >= rightRounds)) this.#end({ verdict: "verified" });
    }
  }

  #end(verdict: Verdict): void {
    this.verdict ??= verdict;
  }
}

/** id 1, expected 2, actual 3; proto3 leaves zeros out. */
function fieldsOf(bytes: Uint8Array): [id: number, expected: number, actual: number] {
  const fields = new Map<number, number>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    fields.set(field, Number(reader.int64()));
  }
  const of = (field: number): number => fields.get(field) ?? 0;
  return [of(1), of(2), of(3)];
}
