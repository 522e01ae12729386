/**
 * How much a run does of what has no natural end. `STATEFUN_CASES` says how many cases all properties have together: 600 by
 * default in every run, 2,000 in the gate (`.ci/run`), 100,000 in `.ci/slow`. A failure prints its seed: `STATEFUN_SEED` repeats the run.
 */
const { STATEFUN_CASES, STATEFUN_SEED } = process.env;
const gateCases = 2_000;

export const cases: number = Number(STATEFUN_CASES ?? 600);

/** Whether sizes and repetitions are those of the gate. A run by default has a part of them. */
export const isGate: boolean = cases >= gateCases;

/** As many as in the gate, or a part of them. */
export function runs(ofGate: number): number {
  return Math.ceil(ofGate * Math.min(1, cases / gateCases));
}

/** Parameters of `fc.assert` that repeat a run. */
export const seeded: { readonly seed?: number } =
  STATEFUN_SEED === undefined ? {} : { seed: Number(STATEFUN_SEED) };
