import type { Attributes, ObservableResult } from "@opentelemetry/api";

/** A little below what an SDK keeps apart, which is 2,000. A function behind a namespace may have any name. */
const maxSeries = 1_900;
const overflow: Attributes = { "otel.metric.overflow": true };

interface Series {
  readonly attributes: Attributes;
  value: number;
}

type Value = string | boolean | undefined;
type Values = readonly [first: Value, second: Value, third: Value];

/** By one value after the other: a key made of all of them costs more than the three steps. */
type Tree = Map<Value, Map<Value, Map<Value, Series>>>;

/** Counts by the values of some attributes. An SDK reads them when it exports: counting takes no time of it. */
export class Tally {
  readonly #names: readonly string[];
  readonly #common: Attributes;
  readonly #tree: Tree = new Map();
  readonly #series: Series[] = [];
  #overflow: Series | undefined;

  /** `common` is what all of them have. */
  constructor(names: readonly string[], common: Attributes) {
    this.#names = names;
    this.#common = common;
  }

  /** In the order of the names; undefined where there is none. */
  add(by: number, first?: Value, second?: Value, third?: Value): void {
    const series = this.#tree.get(first)?.get(second)?.get(third);
    (series ?? this.#made([first, second, third])).value += by;
  }

  observe(result: ObservableResult): void {
    for (const { value, attributes } of this.#series) result.observe(value, attributes);
  }

  #made(values: Values): Series {
    if (this.#series.length >= maxSeries) {
      this.#overflow ??= this.#kept(overflow);
      return this.#overflow;
    }
    const attributes = { ...this.#common };
    for (const [index, name] of this.#names.entries()) {
      const value = values[index];
      if (value !== undefined) attributes[name] = value;
    }
    const series = this.#kept(attributes);
    const [first, second, third] = values;
    branch(branch(this.#tree, first), second).set(third, series);
    return series;
  }

  #kept(attributes: Attributes): Series {
    const series = { attributes, value: 0 };
    this.#series.push(series);
    return series;
  }
}

function branch<V>(of: Map<Value, Map<Value, V>>, value: Value): Map<Value, V> {
  const known = of.get(value) ?? new Map<Value, V>();
  of.set(value, known);
  return known;
}
