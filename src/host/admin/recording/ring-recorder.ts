import type { EgressRow, Position } from "../../../engine/contract/records.ts";
import type {
  Cause,
  DeliveryRecorder,
  GivenUp,
  Mail,
  Recorder,
  StepRecorder,
} from "../../../engine/contract/telemetry/recorder.ts";
import { callerTypename } from "../../../internal/assert.ts";
import type { Clock } from "../../../model/clock.ts";
import type { WireAddress, WireValue } from "../../../model/invocation.ts";
import { valueBytes } from "../../../model/message-bytes.ts";
import type { Span, SpanSource } from "../../../surface/admin/recording-host.ts";
import { DeliverySpans } from "./delivery-spans.ts";
import type { Made, SpanRing } from "./span-ring.ts";
import { type StepHost, StepSpans } from "./step-spans.ts";
import { KeptNames, keptReason, keptText } from "./texts.ts";

/** How long the difference of two clocks is taken as known. */
const wallMs = 1_000;
const none: readonly Position[] = [];

type Record = Omit<EgressRow, "expiresAt">;

/** Puts what an engine does into a ring. Its promises are those of `Recorder`. */
export class RingRecorder implements Recorder, StepHost {
  readonly ring: SpanRing;
  made: Made | undefined;
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #names = new KeptNames();
  readonly #types = new KeptNames();
  /** Called now and then, with the monotonic time. */
  readonly #look: (monotonic: number) => void;
  /** The wall clock at the monotonic time 0, and when that was found out. */
  #wallBase = 0;
  #wallAt = Number.NEGATIVE_INFINITY;
  readonly #ways = new Map<string | undefined, Made>();

  constructor(
    ring: SpanRing,
    clock: Pick<Clock, "now" | "monotonic">,
    look: (monotonic: number) => void,
  ) {
    this.ring = ring;
    this.#clock = clock;
    this.#look = look;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  wall(monotonic: number): number {
    if (Math.abs(monotonic - this.#wallAt) > wallMs) {
      this.#wallAt = this.#clock.monotonic();
      this.#wallBase = this.#clock.now() - this.#wallAt;
    }
    return this.#wallBase + monotonic;
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
    this.#add(number, "timer", target, argument, this.made ?? this.#unknown(caller), "scheduled");
  }

  timerEnded(number: Position, how: "fired" | "cancelled"): void {
    const slot = this.ring.slotOf(number);
    const outcome = how === "fired" ? "delivered" : "cancelled";
    if (slot >= 0) this.ring.end(slot, outcome, this.monotonic());
  }

  emitted(record: Record, isKept: boolean): void {
    this.ring.end(this.slotForRecord(record), isKept ? "delivered" : "waiting", this.monotonic());
  }

  gaveUp(given: GivenUp): void {
    const slot = this.#slotForGivenUp(given);
    const { code, reason, letter } = given;
    this.ring.end(slot, "dead", this.monotonic(), { code, message: keptReason(reason) });
    this.ring.bury(slot, letter);
  }

  step(batch: readonly Mail[], isTogether: boolean, startedAt: number): StepRecorder {
    return new StepSpans(this, batch, isTogether, startedAt);
  }

  delivery(records: readonly EgressRow[]): DeliveryRecorder {
    return new DeliverySpans(this, records);
  }

  slotFor(mail: Mail): number {
    const slot = this.ring.slotOf(mail.number);
    return slot >= 0 ? slot : this.#message(mail, undefined);
  }

  slotForRecord({ number, from, egress, argument }: Record): number {
    const slot = this.ring.slotOf(number);
    if (slot >= 0) return slot;
    const to = { typename: egress, id: "" };
    // One that was a dead letter, and is sent again by its number, is not its own cause.
    const isItself = this.made?.causes.includes(number) === true;
    const made = isItself ? undefined : this.made;
    return this.#add(number, "record", to, argument, made ?? this.#unknown(from), "waiting");
  }

  sourceOf({ target }: Mail): SpanSource {
    const { typename, id } = target;
    return { kind: "function", typename: this.#names.of(typename), id: keptText(id) };
  }

  #madeBy(cause: Cause): Made {
    switch (cause.kind) {
      case "outside":
        return this.#outside(cause);
      case "timer": {
        const { number, caller } = cause.timer;
        const slot = this.ring.slotOf(number);
        const from = this.ring.sourceOf(slot) ?? this.#unknown(caller).from;
        return { causes: [number], isCut: false, from };
      }
      case "letter": {
        const number = this.ring.numberOfLetter(cause.number) ?? cause.number;
        return { causes: [number], isCut: false, from: { kind: "operator" } };
      }
    }
  }

  #outside({ way, name }: Extract<Cause, { kind: "outside" }>): Made {
    if (way === "ingress") return { causes: none, isCut: false, from: { kind: way, name } };
    const known = this.#ways.get(way);
    if (known !== undefined) return known;
    const made: Made = { causes: none, isCut: false, from: { kind: way ?? "unknown" } };
    this.#ways.set(way, made);
    return made;
  }

  /** Of something whose cause was not recorded. The address of a call is a secret: whoever knows it can answer. */
  #unknown(caller: WireAddress | undefined): Made {
    const isOutside = caller === undefined || caller.typename === callerTypename;
    const from: SpanSource = isOutside
      ? { kind: "unknown" }
      : { kind: "function", typename: this.#names.of(caller.typename), id: keptText(caller.id) };
    return { causes: none, isCut: true, from };
  }

  #message({ number, target, caller, argument }: Mail, made: Made | undefined): number {
    return this.#add(number, "message", target, argument, made ?? this.#unknown(caller), "waiting");
  }

  #slotForGivenUp({ message, letter, egress, address, argument }: GivenUp): number {
    const number = message ?? letter;
    const slot = this.ring.slotOf(number);
    if (slot >= 0) return slot;
    if (egress !== undefined)
      return this.slotForRecord({ number, from: address, egress, argument });
    // One that had a number has waited since before the recording began.
    const made = message === undefined ? this.made : undefined;
    return this.#message(
      { number, target: address, caller: undefined, argument, attempts: 0 },
      made,
    );
  }

  #add(
    number: Position,
    kind: Span["kind"],
    { typename, id }: WireAddress,
    argument: WireValue,
    made: Made,
    outcome: Span["outcome"],
  ): number {
    const monotonic = this.monotonic();
    this.#look(monotonic);
    const head = {
      number,
      kind,
      typename: this.#names.of(typename),
      id: typename === callerTypename ? "" : keptText(id),
      messageTypename: this.#types.of(argument.typename),
      size: valueBytes(argument),
      made,
      at: this.wall(monotonic),
    };
    return this.ring.add(head, outcome, monotonic);
  }
}
