import type { DeliveryRecorder } from "../../../engine/contract/recorder.ts";
import type { EgressRow } from "../../../engine/contract/records.ts";
import type { Clock } from "../../../model/clock.ts";
import type { KeptSpan } from "./kept-span.ts";
import { errorOf } from "./span-error.ts";

/** The records of one delivery. */
export class DeliverySpans implements DeliveryRecorder {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #records: readonly EgressRow[];
  readonly #spans: readonly KeptSpan[];

  constructor(
    clock: Pick<Clock, "now" | "monotonic">,
    records: readonly EgressRow[],
    spans: readonly KeptSpan[],
  ) {
    this.#clock = clock;
    this.#records = records;
    this.#spans = spans;
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    for (const span of spans) span.begin(now, monotonic, 0);
  }

  ended(untaken: Parameters<DeliveryRecorder["ended"]>[0]): void {
    const monotonic = this.#clock.monotonic();
    const reasons = new Map(
      "reason" in untaken
        ? this.#records.map(({ number }) => [number, untaken.reason])
        : untaken.map(({ row, reason }) => [row.number, reason]),
    );
    for (const [index, span] of this.#spans.entries()) {
      const number = this.#records[index]?.number ?? 0;
      if (reasons.has(number)) span.end("failed", monotonic, errorOf(reasons.get(number)));
      else span.end("delivered", monotonic);
    }
  }
}
