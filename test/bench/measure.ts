/** One of the things that a benchmark compares. */
export interface Candidate {
  readonly name: string;
  /** One operation. What it returns is kept, so that no compiler can leave out the work. */
  readonly run: () => unknown;
}

export interface Effort {
  /** Odd, so that a median is one of them. */
  readonly rounds?: number;
  /** How long one candidate runs in one round. */
  readonly sliceMs?: number;
  readonly warmUpMs?: number;
}

/** Milliseconds for one operation, of each round, by the candidate's name. */
export type Times = ReadonlyMap<string, readonly number[]>;

export let kept: unknown;

async function repeat(run: () => unknown, count: number): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < count; index += 1) {
    const result = run();
    kept = result instanceof Promise ? await result : result;
  }
  return performance.now() - start;
}

/** How many operations fill a slice. Finding out warms up. */
async function calibrate(run: () => unknown, sliceMs: number, warmUpMs: number): Promise<number> {
  let count = 1;
  let took = 0;
  for (let spent = 0; spent < warmUpMs || took < sliceMs / 2; spent += took) {
    took = await repeat(run, count);
    count = Math.max(1, Math.min(count * 4, Math.round((count * sliceMs) / Math.max(took, 0.001))));
  }
  return count;
}

/**
 * Times the candidates in turns: a slice of each in every round, in an order that turns around from round to
 * round. Whatever else the machine does meets all of them alike.
 */
export async function interleave(
  candidates: readonly Candidate[],
  { rounds = 31, sliceMs = 40, warmUpMs = 500 }: Effort = {},
): Promise<Times> {
  const counts = new Map<Candidate, number>();
  for (const candidate of candidates) await calibrate(candidate.run, sliceMs, warmUpMs);
  // Again: the first one had the compiler to itself.
  for (const candidate of candidates) {
    counts.set(candidate, await calibrate(candidate.run, sliceMs, warmUpMs / 4));
  }
  const times = new Map<string, number[]>(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? candidates : candidates.toReversed();
    for (const candidate of order) {
      const count = counts.get(candidate) ?? 1;
      times.get(candidate.name)?.push((await repeat(candidate.run, count)) / count);
    }
  }
  return times;
}
