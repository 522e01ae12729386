import { Dice } from "./dice.ts";
import { Faults } from "./faults.ts";
import type { LedgerSurroundings } from "./operators/ledger.ts";
import { Scheduler } from "./scheduler.ts";
import { Trace } from "./trace.ts";

/** What everything in one run shares. */
export class World {
  readonly dice: Dice;
  readonly faults: Faults;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  /** What was promised and is not so. */
  readonly violations: string[] = [];
  /** How often the crash point of each name has fired. */
  readonly crashes = new Map<string, number>();
  /** What handlers have of the operators, where there are any. */
  operators: LedgerSurroundings = { started: () => {}, isMended: () => true };
  /** Ends some process. */
  disaster: () => void = () => {};
  /** How often a partition that was full left some of a batch to its sender. */
  refusals = 0;
  #jumps = 4;

  constructor(seed: number, keepsTrace: boolean) {
    this.dice = new Dice(seed);
    this.faults = new Faults(this.dice);
    this.scheduler = new Scheduler(this.dice);
    this.trace = new Trace(keepsTrace);
    this.scheduler.beforeStep = () => {
      if (this.happens("crash") && this.dice.chance(0.05)) this.disaster();
      if (this.#jumps > 0 && this.happens("jump")) this.#jump();
    };
  }

  /** Whether a misfortune happens now. */
  happens(fault: Exclude<keyof Faults, "isOn" | "isPrompt" | "powerLoss">): boolean {
    return this.faults.isOn && this.dice.chance(this.faults[fault]);
  }

  #jump(): void {
    this.#jumps--;
    // All of them together are less than the days that a link or a key is kept.
    const jumpMs = this.dice.pick([100, 30_000, 3_700_000, 86_400_000]);
    this.note(`time jumps by ${jumpMs}`);
    this.scheduler.jump(jumpMs);
  }

  note(line: string): void {
    this.trace.add(`${this.scheduler.now() % 1_000_000_000} ${line}`);
  }

  readonly violated = (text: string): void => {
    this.note(`violation: ${text}`);
    this.violations.push(text);
  };
}
