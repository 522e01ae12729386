import {
  type BatchObservableResult,
  diag,
  type Meter,
  type ObservableGauge,
} from "@opentelemetry/api";
import type { EngineLook, StartedEvent } from "../../model/observer.ts";
import { names } from "../names.ts";

type Look = StartedEvent["look"];

/** Values of one engine by names; "" where there is one alone. */
type Values = (look: EngineLook) => readonly (readonly [name: string, value: number])[];

/** How values of several engines become one: an SDK would take the last of them. */
type Join = (left: number, right: number) => number;
const sum: Join = (left, right) => left + right;

/**
 * Gauges of what waits in engines, which are asked when an SDK collects. The result takes the `look` of each: one that has nothing more
 * to say is left out, and one that several observers have brought counts once.
 */
export function engineGauges(meter: Meter): Set<Look> {
  const looks = new Set<Look>();
  const gauges = gaugesOf(meter);
  meter.addBatchObservableCallback(
    async (result) => {
      const found: EngineLook[] = [];
      let isWhole = true;
      const ask = async (look: Look): Promise<void> => {
        try {
          const one = await look();
          if (one === undefined) looks.delete(look);
          else found.push(one);
        } catch (error) {
          // An SDK drops what a callback that throws has reported, and the others have values.
          isWhole = false;
          diag.error("statefun: an engine cannot say what waits in it", error);
        }
      };
      await Promise.all([...looks].map(ask));
      for (const gauge of gauges) gauge.observe(result, found, isWhole);
    },
    gauges.map(({ instrument }) => instrument),
  );
  return looks;
}

function gaugesOf(meter: Meter): readonly EngineGauge[] {
  const gauge = (
    [name, unit, description]: readonly [name: string, unit: string, description: string],
    by: string | undefined,
    values: Values,
    join: Join = sum,
  ) => {
    const instrument = meter.createObservableGauge(`statefun.${name}`, { unit, description });
    return new EngineGauge(instrument, by, values, join);
  };
  const ofFunction = (value: (of: EngineLook["functions"][number]) => number): Values => {
    return ({ functions }) => functions.map((one) => [one.typename, value(one)]);
  };
  const { destination, egress } = names;
  return [
    gauge(
      ["mailbox.messages", "{message}", "Messages in mailboxes."],
      destination,
      ofFunction(({ waiting }) => waiting),
    ),
    gauge(
      ["mailbox.oldest", "s", "How long the oldest message of them has waited."],
      destination,
      ofFunction(({ oldestMs }) => oldestMs / 1_000),
      Math.max,
    ),
    gauge(
      ["steps.running", "{step}", "Handlers that run."],
      destination,
      ofFunction(({ running }) => running),
    ),
    gauge(["egress.backlog", "{record}", "Records not delivered yet."], egress, ({ egresses }) =>
      egresses.map(({ typename, backlog }) => [typename, backlog]),
    ),
    gauge(["timer.waiting", "{timer}", "Delayed messages that are set."], undefined, (look) => [
      ["", look.timers],
    ]),
    gauge(["dead_letters", "{message}", "Dead letters that are kept."], undefined, (look) => [
      ["", look.deadLetters],
    ]),
  ];
}

class EngineGauge {
  readonly instrument: ObservableGauge;
  readonly #by: string | undefined;
  readonly #values: Values;
  readonly #join: Join;
  /** Names that had a value the last time. */
  #reported: ReadonlySet<string> = new Set();

  constructor(instrument: ObservableGauge, by: string | undefined, values: Values, join: Join) {
    this.instrument = instrument;
    this.#by = by;
    this.#values = values;
    this.#join = join;
  }

  /** `isWhole`: these are all engines that there are. What has gone is 0 once: an SDK may show the last value for ever. */
  observe(result: BatchObservableResult, looks: readonly EngineLook[], isWhole: boolean): void {
    const all = new Map<string, number>();
    for (const [name, value] of looks.flatMap((look) => this.#values(look))) {
      all.set(name, this.#join(all.get(name) ?? 0, value));
    }
    const reported = new Set(all.keys());
    for (const name of this.#reported) {
      if (!isWhole) reported.add(name);
      else if (!all.has(name)) all.set(name, 0);
    }
    this.#reported = reported;
    for (const [name, value] of all) {
      result.observe(this.instrument, value, this.#by === undefined ? {} : { [this.#by]: name });
    }
  }
}
