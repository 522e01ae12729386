import type { EgressRow } from "../../../engine/contract/records.ts";
import type { DeliveryRecorder } from "../../../engine/contract/telemetry/recorder.ts";
import { errorOf } from "./span-error.ts";
import type { StepHost } from "./step-spans.ts";

type DeliveryHost = Pick<StepHost, "ring" | "monotonic" | "wall"> & {
  /** The slot of a record. */
  slotForRecord(record: EgressRow): number;
};

/** The records of one delivery. */
export class DeliverySpans implements DeliveryRecorder {
  readonly #host: DeliveryHost;
  readonly #records: readonly EgressRow[];

  constructor(host: DeliveryHost, records: readonly EgressRow[]) {
    this.#host = host;
    this.#records = records;
    const monotonic = host.monotonic();
    const now = host.wall(monotonic);
    for (const record of records) host.ring.begin(host.slotForRecord(record), monotonic, now, 0);
  }

  ended(untaken: Parameters<DeliveryRecorder["ended"]>[0]): void {
    const { ring } = this.#host;
    const monotonic = this.#host.monotonic();
    const reasons = new Map(
      "reason" in untaken
        ? this.#records.map(({ number }) => [number, untaken.reason])
        : untaken.map(({ row, reason }) => [row.number, reason]),
    );
    for (const { number } of this.#records) {
      const slot = ring.slotOf(number);
      if (slot < 0) continue;
      if (reasons.has(number)) ring.end(slot, "failed", monotonic, errorOf(reasons.get(number)));
      else ring.end(slot, "delivered", monotonic);
    }
  }
}
