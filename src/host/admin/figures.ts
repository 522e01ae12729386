import type { Engine } from "../../engine/contract/engine.ts";
import type {
  EgressFigures,
  EndpointFigures,
  Figures,
  FunctionFigures,
} from "../../surface/admin/admin-host.ts";
import { Backlogs } from "./backlogs.ts";
import { type Counters, EgressCounts, FunctionCounts } from "./counters.ts";
import { byName, type Waiting, waitingBy } from "./waiting-counts.ts";

/** How long figures are shown again: who asks more often costs nothing more. */
const freshMs = 1_000;

/** What figures are made of, beside what was counted. */
export interface FiguresParts {
  readonly engine: () => Engine;
  readonly counters: Counters;
  /** Functions that there are: those that did nothing have figures too. */
  readonly functions: () => Iterable<string>;
  /** Those that were never called have figures too. */
  readonly endpoints: readonly string[];
  /** How long ago a message of this number came, in milliseconds. */
  readonly ageOf: (number: number) => number;
}

/** Everything that is a number, of an engine of this process. */
export class EngineFigures {
  readonly #parts: FiguresParts;
  readonly #backlogs: Backlogs;
  #newest: { readonly at: number; readonly figures: Promise<Figures> } | undefined;

  constructor(parts: FiguresParts) {
    this.#parts = parts;
    this.#backlogs = new Backlogs(() => parts.engine().partition);
  }

  read(): Promise<Figures> {
    const now = performance.now();
    if (this.#newest !== undefined && now - this.#newest.at < freshMs) return this.#newest.figures;
    const figures = this.#made();
    this.#newest = { at: now, figures };
    // The next one asks again.
    figures.catch(() => {
      this.#newest = undefined;
    });
    return figures;
  }

  async #made(): Promise<Figures> {
    const { engine, counters } = this.#parts;
    const { partition } = engine();
    const waiting = await waitingBy(partition);
    const health = engine().health();
    const { startedAt, windows, steps, rows, bytes, commitMs, sources } = counters;
    const egressStatus = new Map(health.egresses.map(({ typename, status }) => [typename, status]));
    return {
      startedAt,
      now: engine().now(),
      functions: this.#functions(waiting),
      egresses: await this.#egresses(egressStatus),
      endpoints: this.#endpoints(health.unavailableEndpoints),
      sources: [...sources.values()],
      pendingMessages: partition.mailboxes.pending,
      pendingBytes: partition.mailboxes.pendingBytes,
      runningSteps: health.runningSteps,
      timers: await this.#backlogs.timers(() => counters.timers),
      deadLetters: health.deadLetters,
      windows,
      steps,
      rows,
      bytes,
      commitMs: { counts: [...commitMs.counts], sum: commitMs.sum },
      clockBehindMs: health.clockBehindMs,
    };
  }

  #functions(waiting: ReadonlyMap<string, Waiting>): FunctionFigures[] {
    const { counters, functions, ageOf } = this.#parts;
    const names = [...functions(), ...counters.functions.keys()];
    return byName(waiting, names).map(([typename, there]) => {
      const {
        durationMs,
        rates: _,
        ...counts
      } = counters.functions.get(typename) ?? new FunctionCounts();
      const { messages, oldest } = there ?? { messages: 0, oldest: undefined };
      return {
        typename,
        ...counts,
        waiting: messages,
        oldestMs: oldest === undefined ? 0 : ageOf(oldest),
        durationMs: { counts: [...durationMs.counts], sum: durationMs.sum },
      };
    });
  }

  /** One that nobody has called yet counts as up. */
  #endpoints(down: readonly string[]): EndpointFigures[] {
    const { counters, endpoints } = this.#parts;
    const names = new Set([...endpoints, ...counters.endpoints.keys(), ...down]);
    return [...names].sort().map((name) => {
      const known = counters.endpoints.get(name);
      return known ?? { name, isUp: !down.includes(name), since: undefined, reason: undefined };
    });
  }

  async #egresses(status: ReadonlyMap<string, string>): Promise<EgressFigures[]> {
    const { counters } = this.#parts;
    const names = [...new Set([...status.keys(), ...counters.egresses.keys()])].sort();
    const all: EgressFigures[] = [];
    for (const typename of names) {
      const counts = counters.egresses.get(typename);
      const { dead: _, durationMs, ...rest } = counts ?? new EgressCounts();
      all.push({
        typename,
        ...rest,
        backlog: await this.#backlogs.of(typename),
        isUp: status.get(typename) !== "waiting",
        durationMs: { counts: [...durationMs.counts], sum: durationMs.sum },
      });
    }
    return all;
  }
}
