import type {
  EffectKind,
  Mail,
  StepRecorder,
} from "../../../engine/contract/telemetry/recorder.ts";
import { isBlameless } from "../../../model/failures.ts";
import type { SpanSource } from "../../../surface/admin/recording-host.ts";
import { errorOf } from "./span-error.ts";
import type { Made, SpanRing } from "./span-ring.ts";

/** What a step has of its recorder. */
export interface StepHost {
  readonly ring: SpanRing;
  /** What is made from now on was made by this. */
  made: Made | undefined;
  monotonic(): number;
  /** By the wall clock. */
  wall(monotonic: number): number;
  /** The slot of a message. */
  slotFor(mail: Mail): number;
  /** The instance that the step is of, as a sender. */
  sourceOf(mail: Mail): SpanSource;
}

/** How many effects of each kind there were when a message began. */
type Mark = readonly [messages: number, delayed: number, records: number];

type Failure = { readonly error: unknown } | undefined;

const places: Readonly<Record<EffectKind, 0 | 1 | 2>> = { message: 0, delayed: 1, record: 2 };

/** The messages of one step. */
export class StepSpans implements StepRecorder {
  readonly #host: StepHost;
  readonly #batch: readonly Mail[];
  readonly #isTogether: boolean;
  readonly #startedAt: number;
  #begun = 0;
  /** That of the message that began last. */
  #slot = -1;
  /** Of the second message and of those behind it. */
  #marks: Mark[] | undefined;
  /** The message whose effects are applied now. */
  #index = -1;

  constructor(host: StepHost, batch: readonly Mail[], isTogether: boolean, startedAt: number) {
    this.#host = host;
    this.#batch = batch;
    this.#isTogether = isTogether;
    this.#startedAt = startedAt;
    if (isTogether) for (const mail of batch) this.#begin(mail, startedAt);
  }

  next(messages: number, delayed: number, records: number): void {
    const mail = this.#batch[this.#begun];
    if (mail === undefined) return;
    let monotonic = this.#startedAt;
    if (this.#begun > 0) {
      this.#marks ??= [];
      this.#marks.push([messages, delayed, records]);
      monotonic = this.#host.monotonic();
      this.#host.ring.pass(this.#slot, monotonic);
    }
    this.#begin(mail, monotonic);
  }

  ended(handled: number, failure: Failure): void {
    const { ring } = this.#host;
    const monotonic = this.#host.monotonic();
    // Where none has begun, the first one has failed.
    const concerned = Math.min(Math.max(this.#begun, handled + 1), this.#batch.length);
    const error = failure && errorOf(failure.error);
    for (let index = 0; index < concerned; index++) {
      const number = this.#batch[index]?.number ?? 0;
      const isLast = index === this.#begun - 1 && ring.isOf(this.#slot, number);
      const slot = isLast ? this.#slot : ring.slotOf(number);
      if (slot < 0) continue;
      if (index < handled) ring.end(slot, "completed", monotonic);
      else if (isBlameless(failure?.error)) ring.wait(slot, monotonic, error);
      else ring.end(slot, failure === undefined ? "waiting" : "failed", monotonic, error);
    }
  }

  effect(kind: EffectKind, effect: number): void {
    let index = effect === 0 ? 0 : this.#index;
    while (this.#isPast(kind, effect, index + 1)) index++;
    if (index === this.#index && this.#host.made !== undefined) return;
    this.#index = index;
    this.#host.made = this.#madeBy(index);
  }

  applied(): void {
    this.#host.made = undefined;
    this.#index = -1;
  }

  #isPast(kind: EffectKind, effect: number, index: number): boolean {
    const mark = this.#marks?.[index - 1];
    return mark !== undefined && mark[places[kind]] <= effect;
  }

  #madeBy(index: number): Made | undefined {
    const [head] = this.#batch;
    if (head === undefined) return undefined;
    const of = this.#isTogether ? this.#batch : this.#batch.slice(index, index + 1);
    const causes = of.map(({ number }) => number);
    return { causes, isCut: false, from: this.#host.sourceOf(head) };
  }

  #begin(mail: Mail, monotonic: number): void {
    const { ring } = this.#host;
    this.#slot = this.#host.slotFor(mail);
    this.#begun++;
    ring.begin(this.#slot, monotonic, this.#host.wall(monotonic), mail.attempts);
  }
}
