import { string } from "statefun";
import { digestOf } from "../../../src/engine/ingress/payload-digest.ts";
import type { World } from "../world.ts";
import type { Desk } from "./desk.ts";
import { ledger, lookType } from "./ledger.ts";
import { Page } from "./page.ts";
import { type PauseWatch, runningIn } from "./pause-watch.ts";

const textValue = (text: string) => ({
  typename: string.typename,
  bytes: string.encode(text),
  headers: [],
});

interface Head {
  readonly number: number;
  readonly label: string;
}

/** Somebody who acts on one instance, which nobody else acts on, and sends to it. */
export class Operator {
  readonly page = new Page();
  readonly #world: World;
  readonly #desk: Desk;
  readonly #watch: PauseWatch;
  readonly #id: string;
  /** Labels of messages that somebody wanted to skip. */
  readonly #skipped: Set<string>;
  readonly #delayed: { readonly label: string; readonly number: number }[] = [];
  #count = 0;

  constructor(world: World, desk: Desk, watch: PauseWatch, id: string, skipped: Set<string>) {
    this.#world = world;
    this.#desk = desk;
    this.#watch = watch;
    this.#id = id;
    this.#skipped = skipped;
  }

  get #address() {
    return { typename: ledger, id: this.#id };
  }

  get #place() {
    return { id: this.#id };
  }

  async work(steps: number): Promise<void> {
    const { dice } = this.#world;
    for (let left = steps; left > 0; left--) {
      const what = dice.integer(0, 11);
      if (what < 3) await this.#look(0);
      else if (what < 6) await this.#edit();
      // Two who pause the same function would take it back for each other.
      else if (what === 6) await this.#pause(this.#id === "o0");
      else if (what === 7) await this.#pause(false);
      else if (what === 8) await this.#timer();
      else if (what === 9) await this.#skip(await this.#head());
      else if (what === 10) await this.#retry();
      else await this.#delete();
      await this.#someTime();
    }
  }

  #someTime(): Promise<void> {
    const { dice, scheduler } = this.#world;
    return scheduler.wait(dice.delayMs(dice.pick([5, 500, 20_000])));
  }

  /** Sends a message; resolves with its number when that is stored. */
  async #look(delayMs: number): Promise<{ readonly label: string; readonly number: number }> {
    const label = `${this.#id}.${++this.#count}`;
    const isBad = delayMs === 0 && this.#world.dice.chance(0.1);
    this.page.send(label);
    const arrival = {
      target: this.#address,
      argument: {
        typename: lookType.typename,
        bytes: lookType.encode({ label, isBad }),
        headers: [],
      },
      idempotencyKey: `look ${label}`,
      delayMs,
    };
    const { number } = await this.#desk.persist(this.#place, (engine) => engine.send(arrival));
    return { label, number };
  }

  async #edit(): Promise<void> {
    const { dice } = this.#world;
    const address = this.#address;
    const before = this.page.note;
    const ifMatch = before === "" ? "" : digestOf(textValue(before));
    const note = dice.chance(0.3) ? "" : `${this.#id}-${++this.#count}`;
    const edit =
      note === ""
        ? ({ kind: "clear-state", address, name: "note" } as const)
        : ({ kind: "set-state", address, name: "note", value: textValue(note) } as const);
    if (dice.chance(0.15)) {
      const done = await this.#desk.act(this.#place, { ...edit, ifMatch: "of another" }, [
        "conflict",
      ]);
      if (done !== undefined) this.#world.violated(`${this.#id} was edited blindly`);
      return;
    }
    this.page.order({ note, isReset: false });
    await this.#desk.act(this.#place, { ...edit, ifMatch });
    this.page.acknowledge();
  }

  async #delete(): Promise<void> {
    const withTimers = this.#world.dice.chance(0.5);
    this.page.order({ note: "", isReset: true });
    if (withTimers) {
      // Which of them wait, nobody knows.
      for (const { label } of this.#delayed.splice(0)) {
        const sent = this.page.sent.get(label);
        if (sent?.fate === "once") sent.fate = "once or never";
      }
    }
    const address = this.#address;
    await this.#desk.act(this.#place, { kind: "delete-instance", address, withTimers });
    this.page.acknowledge();
  }

  /** Sends while it is paused, without waiting: a mailbox may be full until it goes on. */
  async #pause(isWhole: boolean): Promise<void> {
    const { dice } = this.#world;
    const id = this.#id;
    const what = isWhole ? { typename: ledger } : { typename: ledger, id };
    await this.#desk.act(this.#place, { kind: "pause", ...what });
    const partition = this.#desk.operated.partitionOf(id);
    const running = await this.#desk.persist(this.#place, async (engine) => runningIn(engine));
    const covers = (one: string): boolean => isWhole || one === id;
    const end = this.#watch.begin(covers, partition, running);
    const sent: Promise<unknown>[] = [];
    for (let left = dice.integer(0, 4); left > 0; left--) sent.push(this.#look(0));
    await this.#someTime();
    if (dice.chance(0.4)) await this.#skip(await this.#head());
    if (dice.chance(0.3)) await this.#edit();
    await this.#someTime();
    const head = dice.chance(0.6) ? await this.#head() : undefined;
    end();
    await this.#desk.act(this.#place, { kind: "resume", ...what });
    // Maybe it was handled meanwhile, and those behind it were not.
    await this.#skip(head);
    await Promise.all(sent);
  }

  async #timer(): Promise<void> {
    const { dice } = this.#world;
    const one = await this.#look(dice.pick([1, 1_000, 100_000]));
    this.#delayed.push(one);
    const timer = dice.pick(this.#delayed.length > 0 ? [one, ...this.#delayed] : [one]);
    await this.#someTime();
    const kind = dice.pick(["cancel-timer", "fire-timer"]);
    if (kind !== "cancel-timer" && kind !== "fire-timer") return;
    const action = { kind, number: timer.number } as const;
    const done = await this.#desk.act(this.#place, action, ["conflict"]);
    const sent = this.page.sent.get(timer.label);
    if (done === undefined || sent === undefined) return;
    if (kind === "cancel-timer") sent.fate = "never";
  }

  /** The head as it survives a crash: numbers of windows that are lost are given again. */
  #head(): Promise<Head | undefined> {
    return this.#desk.persist(this.#place, async (engine) => {
      await engine.flush();
      const { mailboxes, journal } = engine.partition;
      const mail = mailboxes.find(this.#address)?.mailbox.at(0);
      const { storedIn = 0 } = mail ?? {};
      if (mail === undefined || storedIn === 0 || storedIn > journal.durable) return undefined;
      const { label } = lookType.decode(mail.argument.bytes ?? new Uint8Array());
      return { number: mail.number, label };
    });
  }

  async #skip(head: Head | undefined): Promise<void> {
    if (head === undefined) return;
    if (this.#world.dice.chance(0.3)) await this.#someTime();
    this.#skipped.add(head.label);
    const action = { kind: "skip", address: this.#address, number: head.number } as const;
    await this.#desk.act(this.#place, action, ["conflict"]);
  }

  async #retry(): Promise<void> {
    await this.#desk.act(this.#place, { kind: "retry", address: this.#address });
  }
}
