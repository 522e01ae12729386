import type { Engine } from "../../engine/contract/engine.ts";
import type { Clock } from "../../model/clock.ts";
import { histogramBounds } from "../../model/histogram-bounds.ts";
import type { DeliveredEvent, HandlingObservation, Observer } from "../../model/observer.ts";
import { hookNames, type LoadObserver } from "../../model/observer-option.ts";
import { observerOf } from "../../model/observers.ts";
import type { EndpointFigures, Histogram } from "../../surface/admin/admin-host.ts";
import type { ResolvedRuntimeOptions } from "../options.ts";
import { maxNames, others } from "./bounded-names.ts";
import { Edges } from "./edges.ts";
import { type FunctionRates, type Handled, Rates } from "./rates.ts";
import { RecentErrors } from "./recent-errors.ts";

/** Counts of the buckets of a histogram. */
export class Durations implements Histogram {
  readonly counts: number[] = Array.from({ length: histogramBounds.length + 1 }, () => 0);
  sum = 0;

  add(ms: number): void {
    let bucket = histogramBounds.findIndex((bound) => ms <= bound);
    if (bucket < 0) bucket = histogramBounds.length;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += ms;
  }
}

export class FunctionCounts implements Handled {
  accepted = 0;
  refused = 0;
  completed = 0;
  failed = 0;
  dead = 0;
  readonly durationMs: Durations = new Durations();
  /** Undefined where nothing is counted in steps. */
  rates: FunctionRates | undefined;
}

export class EgressCounts {
  emitted = 0;
  delivered = 0;
  failures = 0;
  dead = 0;
  readonly durationMs: Durations = new Durations();
}

export interface SourceCounts {
  readonly ingress: string;
  readonly source: string;
  readonly lag: number | undefined;
  readonly records: number;
}

/** What a run has done, counted by an observer: by function, egress, endpoint and source, never by instance. */
export class Counters {
  readonly startedAt: number;
  readonly functions: Map<string, FunctionCounts> = new Map();
  readonly egresses: Map<string, EgressCounts> = new Map();
  readonly endpoints: Map<string, EndpointFigures> = new Map();
  readonly sources: Map<string, SourceCounts> = new Map();
  readonly commitMs: Durations = new Durations();
  readonly rates: Rates;
  readonly edges: Edges;
  windows = 0;
  steps = 0;
  rows = 0;
  bytes = 0;
  /** Set since the start, without those that fired or were taken back. */
  timers = 0;
  readonly errors: RecentErrors;
  readonly observer: Observer;

  readonly #isOwn: (name: string) => boolean;

  /** `isOwn`: whether a name is of the application: those are always counted apart. */
  constructor(clock: Pick<Clock, "now" | "monotonic">, isOwn: (name: string) => boolean) {
    const now = (): number => clock.now();
    this.#isOwn = isOwn;
    this.rates = new Rates(clock, this.commitMs);
    this.edges = new Edges(isOwn);
    this.startedAt = now();
    this.errors = new RecentErrors(now);
    this.observer = {
      accepted: ({ address, isDuplicate }) => {
        if (!isDuplicate) this.#function(address.typename).accepted++;
      },
      refused: ({ address }) => {
        this.#function(address.typename).refused++;
      },
      handling: ({ address, messages }) => this.#handling(address.typename, messages.length),
      dead: ({ address, egress }) => {
        if (egress === undefined) this.#function(address.typename).dead++;
        else this.#egress(egress).dead++;
      },
      timer: ({ kind }) => {
        this.timers += kind === "set" ? 1 : -1;
      },
      emitted: ({ egress }) => {
        this.#egress(egress).emitted++;
      },
      delivered: (event) => this.#delivered(event),
      committed: ({ steps, rows, bytes, durationMs }) => {
        this.rates.look();
        this.windows++;
        this.steps += steps;
        this.rows += rows;
        this.bytes += bytes;
        this.commitMs.add(durationMs);
      },
      reachable: ({ kind, name, isUp, reason }) => {
        if (kind === "endpoint") this.endpoints.set(name, { name, isUp, since: now(), reason });
      },
      ingress: ({ typename, ...rest }) => {
        this.sources.set(`${typename} ${rest.source}`, { ingress: typename, ...rest });
      },
    };
  }

  /** The engine has started. There is none between the two runs of a test that crashes, although the next one commits already. */
  begin(engine: () => Engine | undefined): void {
    this.rates.waiting = () => engine()?.partition.mailboxes.pending ?? Number.NaN;
  }

  #handling(typename: string, messages: number): HandlingObservation {
    return {
      ended: ({ outcome, durationMs }) => {
        // The same messages run again, with more states.
        if (outcome === "incomplete") return;
        const counts = this.#function(typename);
        counts[outcome] += messages;
        counts.durationMs.add(durationMs);
        this.rates.touch(counts.rates);
      },
    };
  }

  #delivered({ egress, records, durationMs, error }: DeliveredEvent): void {
    const counts = this.#egress(egress);
    counts.durationMs.add(durationMs);
    if (error === undefined) counts.delivered += records;
    else counts.failures++;
  }

  #function(typename: string): FunctionCounts {
    return counted(this.functions, this.#isOwn, typename, (key) => {
      const counts = new FunctionCounts();
      counts.rates = this.rates.of(key, counts);
      return counts;
    });
  }

  #egress(typename: string): EgressCounts {
    return counted(this.egresses, this.#isOwn, typename, () => new EgressCounts());
  }
}

function counted<T>(
  all: Map<string, T>,
  isOwn: (name: string) => boolean,
  name: string,
  make: (key: string) => T,
): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  const key = all.size < maxNames || isOwn(name) ? name : others;
  const known = all.get(key) ?? make(key);
  all.set(key, known);
  return known;
}

/** Options whose observers count as well. */
export interface Counted {
  readonly options: ResolvedRuntimeOptions;
  readonly counters: Counters | undefined;
}

/** Counts what a runtime with these options does. */
export function counting(
  options: ResolvedRuntimeOptions,
  clock: Pick<Clock, "now" | "monotonic">,
  isOwn: (name: string) => boolean,
): Counted {
  const counters = new Counters(clock, isOwn);
  const load = async (): ReturnType<LoadObserver> => {
    const given = await options.observer?.();
    const all = given === undefined ? [counters.observer] : [given, counters.observer];
    return observerOf(all, hookNames, (error) => options.onError(error, {}));
  };
  let loaded: ReturnType<LoadObserver> | undefined;
  const observer: LoadObserver = () => {
    loaded ??= load();
    return loaded;
  };
  const onError: ResolvedRuntimeOptions["onError"] = (error, detail) => {
    counters.errors.add(error, detail);
    return options.onError(error, detail);
  };
  return { options: { ...options, observer, onError }, counters };
}
