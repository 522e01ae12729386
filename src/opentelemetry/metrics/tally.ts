import type { Attributes, ObservableResult } from "@opentelemetry/api";

/** A little below what an SDK keeps apart, which is 2,000. A function behind a namespace may have any name. */
const maxSeries = 1_900;
const overflow: Attributes = { "otel.metric.overflow": true };

interface Series {
  readonly attributes: Attributes;
  value: number;
}

type Value = string | boolean | undefined;

/** Counts by the values of some attributes. An SDK reads them when it exports: counting takes no time of it. */
export class Tally {
  readonly #names: readonly string[];
  readonly #common: Attributes;
  readonly #series = new Map<string, Series>();

  /** `common` is what all of them have. */
  constructor(names: readonly string[], common: Attributes) {
    this.#names = names;
    this.#common = common;
  }

  /** In the order of the names; undefined where there is none. */
  add(by: number, first?: Value, second?: Value, third?: Value): void {
    const key = `${first}\0${second}\0${third}`;
    const series = this.#series.get(key) ?? this.#made(key, [first, second, third]);
    series.value += by;
  }

  observe(result: ObservableResult): void {
    for (const { value, attributes } of this.#series.values()) result.observe(value, attributes);
  }

  #made(given: string, values: readonly Value[]): Series {
    const isFull = this.#series.size >= maxSeries;
    const key = isFull ? "" : given;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const attributes = isFull ? overflow : { ...this.#common };
    if (!isFull) {
      for (const [index, name] of this.#names.entries()) {
        const value = values[index];
        if (value !== undefined) attributes[name] = value;
      }
    }
    const series = { attributes, value: 0 };
    this.#series.set(key, series);
    return series;
  }
}
