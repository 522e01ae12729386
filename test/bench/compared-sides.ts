import { shoot } from "./cannon.ts";
import type { Counters } from "./counters.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { steadyCalls, total } from "./steady-calls.ts";

/** Calls in flight, each over a connection of its own. */
export const concurrencies: readonly number[] = [1, 16, 64, 256];
/** How long a side is under load at each of them in a round. */
const loadMs = 1_200;
const warmUpMs = 2_000;
/** The pace of low load. */
export const steadily = { count: 200, perSecond: 100 };

/** One side of the comparison, and what was found out about it. */
export interface Side {
  readonly name: string;
  readonly counters: Counters;
  /** Messages a second by the calls in flight, to know how many fill a slice. */
  readonly expected: Map<number, number>;
  readonly rounds: Round[];
  /** Calls so far that added 1 and were answered. */
  answered: number;
}

export interface Round {
  /** By the calls in flight. */
  readonly loads: ReadonlyMap<number, Load>;
  readonly p50Ms: number;
}

interface Load {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

async function load(side: Side, inFlight: number, ms: number): Promise<Load> {
  const { counters, expected } = side;
  const each = Math.max(4, Math.ceil(((expected.get(inFlight) ?? 200) * ms) / 1_000 / inFlight));
  const amount = each * inFlight;
  const before = counters.cpuSeconds();
  const perSecond = await shoot(counters, inFlight, amount);
  side.answered += amount;
  expected.set(inFlight, perSecond);
  return { perSecond, cpuMicroseconds: ((counters.cpuSeconds() - before) / amount) * 1e6 };
}

async function warmUp(side: Side): Promise<void> {
  for (const inFlight of concurrencies) {
    const until = performance.now() + warmUpMs;
    while (performance.now() < until) await load(side, inFlight, loadMs / 2);
  }
}

async function measure(side: Side): Promise<Round> {
  const loads = new Map<number, Load>();
  for (const inFlight of concurrencies) loads.set(inFlight, await load(side, inFlight, loadMs));
  const took = await steadyCalls(side.counters, steadily.count, steadily.perSecond);
  side.answered += steadily.count;
  return { loads, p50Ms: spreadOf(took).median };
}

/**
 * Interleaved rounds of all sides, with what else is measured in each of them; at the end each side must have counted what it
 * answered.
 */
export async function measureSides(
  sides: readonly Side[],
  rounds: number,
  besides: () => Promise<void> = async () => {},
): Promise<void> {
  for (const side of sides) await warmUp(side);
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      side.rounds.push(await measure(side));
    }
    await besides();
  }
  for (const { name, counters, answered } of sides) {
    const counted = await total(counters);
    if (counted !== answered) throw new Error(`${name}: ${answered} answered, ${counted} counted`);
  }
}

/** What one figure was in each round. */
export type Figure = (side: Side) => readonly number[];

export const rateAt =
  (inFlight: number): Figure =>
  ({ rounds }) =>
    rounds.map(({ loads }) => loads.get(inFlight)?.perSecond ?? Number.NaN);

export const cpuAt =
  (inFlight: number): Figure =>
  ({ rounds }) =>
    rounds.map(({ loads }) => loads.get(inFlight)?.cpuMicroseconds ?? Number.NaN);

/** The calls in flight with which a side does most, by its median. */
function bestOf(side: Side): number {
  const rate = (inFlight: number) => spreadOf(rateAt(inFlight)(side)).median;
  return concurrencies.reduce((best, other) => (rate(other) > rate(best) ? other : best));
}

export const bestRate: Figure = (side) => rateAt(bestOf(side))(side);

export const bestCpu: Figure = (side) => cpuAt(bestOf(side))(side);

export const p50: Figure = ({ rounds }) => rounds.map(({ p50Ms }) => p50Ms);

/** Taken within each round, where both met the same machine. */
export function share(above: Side, below: Side, figure: Figure): Spread {
  const divisors = figure(below);
  return spreadOf(figure(above).map((one, round) => one / (divisors[round] ?? Number.NaN)));
}
