import type {
  Cause,
  DeliveryRecorder,
  GivenUp,
  Mail,
  Recorder,
  StepRecorder,
} from "../../../engine/contract/recorder.ts";
import type { EgressRow, Position } from "../../../engine/contract/records.ts";
import { callerTypename } from "../../../internal/assert.ts";
import type { Clock } from "../../../model/clock.ts";
import type { WireAddress, WireValue } from "../../../model/invocation.ts";
import { valueBytes } from "../../../model/message-bytes.ts";
import type { Span, SpanSource } from "../../../surface/admin/recording-host.ts";
import { DeliverySpans } from "./delivery-spans.ts";
import { KeptSpan, type Made } from "./kept-span.ts";
import type { SpanRing } from "./span-ring.ts";
import { type StepHost, StepSpans } from "./step-spans.ts";
import { KeptNames, keptReason } from "./texts.ts";

type Record = Omit<EgressRow, "expiresAt">;

/** Puts what an engine does into a ring. Its promises are those of `Recorder`. */
export class RingRecorder implements Recorder, StepHost {
  readonly clock: Pick<Clock, "now" | "monotonic">;
  made: Made | undefined;
  readonly #ring: SpanRing;
  readonly #names = new KeptNames();
  /** Called now and then, with the monotonic time. */
  readonly #look: (monotonic: number) => void;

  constructor(
    ring: SpanRing,
    clock: Pick<Clock, "now" | "monotonic">,
    look: (monotonic: number) => void,
  ) {
    this.#ring = ring;
    this.clock = clock;
    this.#look = look;
  }

  begin(cause: Cause): void {
    this.made = this.#madeBy(cause);
  }

  end(): void {
    this.made = undefined;
  }

  appended(mail: Mail): void {
    this.#message(mail, this.made);
  }

  timerSet({ number, caller, target, argument }: Parameters<Recorder["timerSet"]>[0]): void {
    const made = this.made ?? this.#unknown(caller);
    this.#add({ number, kind: "timer", to: this.#address(target) }, argument, made, "scheduled");
  }

  timerEnded(number: Position, how: "fired" | "cancelled"): void {
    const outcome = how === "fired" ? "delivered" : "cancelled";
    this.#ring.get(number)?.end(outcome, this.clock.monotonic());
  }

  emitted(record: Record, isKept: boolean): void {
    const known = this.#ring.get(record.number);
    const span = known ?? this.#record(record);
    span.end(isKept ? "delivered" : "waiting", this.clock.monotonic());
  }

  gaveUp(given: GivenUp): void {
    const span = this.#givenUp(given);
    const { code, reason, letter } = given;
    const error = { code, message: keptReason(reason) };
    span.end("dead", this.clock.monotonic(), error);
    this.#ring.bury(span, letter);
  }

  step(batch: readonly Mail[], isTogether: boolean): StepRecorder {
    return new StepSpans(this, batch, isTogether);
  }

  delivery(records: readonly EgressRow[]): DeliveryRecorder {
    const spans = records.map((record) => this.#ring.get(record.number) ?? this.#record(record));
    return new DeliverySpans(this.clock, records, spans);
  }

  of(mail: Mail): KeptSpan {
    return this.#ring.get(mail.number) ?? this.#message(mail, undefined);
  }

  sourceOf({ target }: Mail): SpanSource {
    return { kind: "function", ...this.#names.address(target) };
  }

  #madeBy(cause: Cause): Made {
    switch (cause.kind) {
      case "outside":
        return { causes: [], isCut: false, from: outside(cause) };
      case "timer": {
        const { number, caller } = cause.timer;
        const from = this.#ring.get(number)?.head.made.from ?? this.#unknown(caller).from;
        return { causes: [number], isCut: false, from };
      }
      case "letter": {
        const { head } = this.#ring.ofLetter(cause.number) ?? {};
        const number = head?.number ?? cause.number;
        return { causes: [number], isCut: false, from: { kind: "operator" } };
      }
    }
  }

  /** Of something whose cause was not recorded. The address of a call is a secret: whoever knows it can answer. */
  #unknown(caller: WireAddress | undefined): Made {
    const isOutside = caller === undefined || caller.typename === callerTypename;
    const from: SpanSource = isOutside
      ? { kind: "unknown" }
      : { kind: "function", ...this.#names.address(caller) };
    return { causes: [], isCut: true, from };
  }

  #message({ number, target, caller, argument }: Mail, made: Made | undefined): KeptSpan {
    const head = { number, kind: "message" as const, to: this.#address(target) };
    return this.#add(head, argument, made ?? this.#unknown(caller), "waiting");
  }

  #record({ number, from, egress, argument }: Record): KeptSpan {
    const head = { number, kind: "record" as const, to: { egress: this.#names.of(egress) } };
    return this.#add(head, argument, this.made ?? this.#unknown(from), "waiting");
  }

  #givenUp({ message, letter, egress, address, argument }: GivenUp): KeptSpan {
    const number = message ?? letter;
    const known = this.#ring.get(number);
    if (known !== undefined) return known;
    if (egress !== undefined) return this.#record({ number, from: address, egress, argument });
    // One that had a number has waited since before the recording began.
    const made = message === undefined ? this.made : undefined;
    return this.#message(
      { number, target: address, caller: undefined, argument, attempts: 0 },
      made,
    );
  }

  #address(target: WireAddress): WireAddress {
    const { typename } = target;
    return typename === callerTypename ? { typename, id: "" } : this.#names.address(target);
  }

  #add(
    head: Pick<Span, "number" | "kind" | "to">,
    argument: WireValue,
    made: Made,
    outcome: Span["outcome"],
  ): KeptSpan {
    const { clock } = this;
    const monotonic = clock.monotonic();
    this.#look(monotonic);
    const messageTypename = this.#names.of(argument.typename);
    const size = valueBytes(argument);
    const whole = { ...head, messageTypename, size, made, at: clock.now() };
    const span = new KeptSpan(whole, outcome, monotonic);
    this.#ring.add(span, monotonic);
    return span;
  }
}

function outside({ way, name }: Extract<Cause, { kind: "outside" }>): SpanSource {
  return way === "ingress" ? { kind: way, name } : { kind: way ?? "unknown" };
}
