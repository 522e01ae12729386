import type { Position } from "../../../engine/contract/records.ts";
import type { RecorderPlace } from "../../../engine/contract/telemetry/recorder.ts";
import type { Clock } from "../../../model/clock.ts";
import type {
  RecordingState,
  Span,
  SpansPage,
  SpansWant,
  SpanTree,
} from "../../../surface/admin/recording-host.ts";
import { RingRecorder } from "./ring-recorder.ts";
import { capacity, SpanRing } from "./span-ring.ts";
import { treeOf } from "./span-tree.ts";
import { keptText } from "./texts.ts";

const minuteMs = 60_000;

/** The recording of one engine: off until it is started, or always on. It is in memory alone: a restart begins with none. */
export class Recording {
  /** Given to the engine. */
  readonly place: RecorderPlace = { recorder: undefined };
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #isAlways: boolean;
  readonly #ring = new SpanRing();
  readonly #recorder: RingRecorder;
  /** By the monotonic clock: ages count up to then. */
  #endsAt = 0;

  constructor(clock: Pick<Clock, "now" | "monotonic">, isAlways: boolean) {
    this.#clock = clock;
    this.#isAlways = isAlways;
    this.#recorder = new RingRecorder(this.#ring, clock, (monotonic) => this.#look(monotonic));
    if (!isAlways) return;
    this.#endsAt = Number.POSITIVE_INFINITY;
    this.place.recorder = this.#recorder;
  }

  get isAlways(): boolean {
    return this.#isAlways;
  }

  get isOn(): boolean {
    this.#look(this.#clock.monotonic());
    return this.place.recorder !== undefined;
  }

  /** What the one before has recorded is forgotten. One that is on goes on. */
  start(minutes: number): void {
    if (this.#isAlways) return;
    if (!this.isOn) this.#ring.clear();
    this.#endsAt = this.#clock.monotonic() + minutes * minuteMs;
    this.place.recorder = this.#recorder;
  }

  /** Whether it was on. */
  end(): boolean {
    if (this.#isAlways || !this.isOn) return false;
    this.#endsAt = this.#clock.monotonic();
    this.place.recorder = undefined;
    return true;
  }

  state(): RecordingState {
    const { isOn } = this;
    const leftMs = this.#endsAt - this.#clock.monotonic();
    const until = isOn && !this.#isAlways ? Math.round(this.#clock.now() + leftMs) : undefined;
    const spans = this.#newest().length;
    return { isOn, isAlways: this.#isAlways, until, spans, capacity };
  }

  messages({ typename, id, is, after, limit }: SpansWant): SpansPage {
    const [name, one] = [typename, id].map((text) => text && keptText(text));
    const spans: Span[] = [];
    for (const span of this.#ring.newest(this.#now(), after)) {
      const isWanted =
        (name === undefined || isOf(span, name, one)) && (is === undefined || span.outcome === is);
      if (!isWanted) continue;
      if (spans.length === limit) return { spans, isMore: true };
      spans.push(span);
    }
    return { spans, isMore: false };
  }

  /** By the number of a message, a timer or a record, or of the dead letter that it has become. */
  tree(number: Position): SpanTree | undefined {
    const own = this.#ring.numberOfLetter(number);
    const spans = this.#newest().reverse();
    const asked = spans.find((span) => span.number === own);
    return asked && treeOf(asked, { spans, isOn: this.isOn });
  }

  #newest(): Span[] {
    return [...this.#ring.newest(this.#now())];
  }

  /** What has ended stays as it was at its end. */
  #now(): number {
    return Math.min(this.#clock.monotonic(), this.#endsAt);
  }

  #look(monotonic: number): void {
    if (monotonic >= this.#endsAt) this.place.recorder = undefined;
  }
}

/** Whether it came to a function or an instance, or is a record that this has sent. */
function isOf({ to, from }: Span, typename: string, id: string | undefined): boolean {
  const sender = from.kind === "function" ? from : undefined;
  const address = "egress" in to ? sender : to;
  return address?.typename === typename && (id === undefined || address.id === id);
}
