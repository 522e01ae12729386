/** What an operator has done to an instance, in order. */
interface Edit {
  /** What its state is from then on; empty for none. */
  readonly note: string;
  /** It had no state at all afterwards. */
  readonly isReset: boolean;
}

/** What has to become of a look. */
export type Fate = "once" | "never" | "once or never";

interface Sent {
  fate: Fate;
  /** The last edit that was acknowledged when it was sent. */
  readonly atLeast: number;
}

interface Seen {
  readonly number: number;
  readonly label: string;
  readonly note: string;
  readonly count: number;
  /** The last edit that was ordered when this left. */
  readonly atMost: number;
}

/** What is known of one instance: an edit is seen by exactly the looks that are handled after it. */
export class Page {
  readonly #edits: Edit[] = [{ note: "", isReset: true }];
  #acknowledged = 0;
  readonly sent = new Map<string, Sent>();
  readonly #seen: Seen[] = [];

  /** What the state is, when all that was ordered is done. */
  get note(): string {
    return this.#edits.at(-1)?.note ?? "";
  }

  order(edit: Edit): void {
    this.#edits.push(edit);
  }

  acknowledge(): void {
    this.#acknowledged = this.#edits.length - 1;
  }

  send(label: string): void {
    this.sent.set(label, { fate: "once", atLeast: this.#acknowledged });
  }

  see(number: number, label: string, note: string, count: number): void {
    this.#seen.push({ number, label, note, count, atMost: this.#edits.length - 1 });
  }

  *problems(): Iterable<string> {
    for (const [label, { fate }] of this.sent) {
      const count = this.#seen.filter((seen) => seen.label === label).length;
      const isRight = fate === "once" ? count === 1 : fate === "never" ? count === 0 : count <= 1;
      if (!isRight) yield `${label} was handled ${count} times, to be ${fate}`;
    }
    const problem = this.#orderProblem();
    if (problem !== undefined) yield problem;
  }

  /** Whether there are places between the edits at which each look saw what it saw. */
  #orderProblem(): string | undefined {
    const seen = [...this.#seen].sort((one, other) => one.number - other.number);
    let places: readonly number[] = [0];
    let last = 0;
    for (const look of seen) {
      const { label, note, count } = look;
      const atLeast = this.sent.get(label)?.atLeast ?? 0;
      const next: number[] = [];
      for (let place = atLeast; place <= look.atMost; place++) {
        if (this.#edits[place]?.note !== note) continue;
        const isPossible = places.some(
          (before) =>
            before <= place && count === (this.#isResetBetween(before, place) ? 1 : last + 1),
        );
        if (isPossible) next.push(place);
      }
      if (next.length === 0) {
        return `${label} saw "${note}" and ${count} after ${last}, between edits ${atLeast} and ${look.atMost}`;
      }
      places = next;
      last = count;
    }
    return undefined;
  }

  #isResetBetween(before: number, place: number): boolean {
    return this.#edits.some(({ isReset }, at) => isReset && at > before && at <= place);
  }
}
