import type { EffectKind, Mail, StepRecorder } from "../../../engine/contract/recorder.ts";
import type { SpanSource } from "../../../surface/admin/recording-host.ts";
import type { KeptSpan, Made } from "./kept-span.ts";
import { errorOf } from "./span-error.ts";

/** What a step has of its recorder. */
export interface StepHost {
  readonly clock: { now(): number; monotonic(): number };
  /** What is made from now on was made by this. */
  made: Made | undefined;
  /** The span of a message. */
  of(mail: Mail): KeptSpan;
  /** The instance that the step is of, as a sender. */
  sourceOf(mail: Mail): SpanSource;
}

/** How many effects there were when a message began. */
type Mark = Readonly<Record<EffectKind, number>>;

/** The messages of one step. */
export class StepSpans implements StepRecorder {
  readonly #host: StepHost;
  readonly #batch: readonly Mail[];
  readonly #spans: readonly KeptSpan[];
  readonly #isTogether: boolean;
  readonly #startedAt: number;
  readonly #begunAt: number;
  readonly #marks: Mark[] = [];
  /** The message whose effects are applied now. */
  #index = -1;

  constructor(host: StepHost, batch: readonly Mail[], isTogether: boolean) {
    this.#host = host;
    this.#batch = batch;
    this.#isTogether = isTogether;
    this.#spans = batch.map((mail) => host.of(mail));
    this.#startedAt = host.clock.now();
    this.#begunAt = host.clock.monotonic();
    if (isTogether) for (let index = 0; index < batch.length; index++) this.#begin(index, 0);
  }

  next(message: number, delayed: number, record: number): void {
    const index = this.#marks.length;
    this.#marks.push({ message, delayed, record });
    const sinceMs = index === 0 ? 0 : this.#host.clock.monotonic() - this.#begunAt;
    const before = this.#spans[index - 1];
    if (before !== undefined) before.durationMs = this.#begunAt + sinceMs - before.begunAt;
    this.#begin(index, sinceMs);
  }

  ended(handled: number, failure: { readonly error: unknown } | undefined): void {
    const monotonic = this.#host.clock.monotonic();
    const begun = this.#isTogether ? this.#spans.length : this.#marks.length;
    for (const [index, span] of this.#spans.entries()) {
      if (index < handled) span.end("completed", monotonic);
      else if (index < begun || index === handled) this.#unhandled(span, monotonic, failure);
    }
  }

  #unhandled(
    span: KeptSpan,
    monotonic: number,
    failure: { readonly error: unknown } | undefined,
  ): void {
    if (failure === undefined) span.end("waiting", monotonic);
    else span.end("failed", monotonic, errorOf(failure.error));
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
    const mark = this.#marks[index];
    return mark !== undefined && mark[kind] <= effect;
  }

  #madeBy(index: number): Made | undefined {
    const [head] = this.#batch;
    if (head === undefined) return undefined;
    const of = this.#isTogether ? this.#batch : this.#batch.slice(index, index + 1);
    const causes = of.map(({ number }) => number);
    return { causes, isCut: false, from: this.#host.sourceOf(head) };
  }

  #begin(index: number, sinceMs: number): void {
    const attempts = this.#batch[index]?.attempts ?? 0;
    this.#spans[index]?.begin(this.#startedAt + sinceMs, this.#begunAt + sinceMs, attempts);
  }
}
