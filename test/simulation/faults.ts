import type { Dice } from "./dice.ts";

/** How probable each misfortune is. A run draws its own: some have none of a kind, some have plenty. */
export class Faults {
  readonly crash: number;
  readonly dropRequest: number;
  readonly dropAnswer: number;
  readonly duplicate: number;
  readonly slowNetwork: number;
  readonly slowDisk: number;
  readonly refuseCommit: number;
  readonly failHandler: number;
  readonly slowHandler: number;
  readonly failDelivery: number;
  readonly jump: number;
  /** That a process starts with a clock that is wrong. */
  readonly skew: number;
  /** Whether unsynced windows may be lost by a crash, as by a loss of power. */
  readonly powerLoss: boolean;
  isOn = true;

  constructor(dice: Dice) {
    // In a prompt world it is certain which cancellations are in time.
    const isPrompt = dice.chance(0.3);
    const some = (most: number): number => (dice.chance(0.4) ? 0 : most * dice.random() ** 2);
    this.crash = some(0.12);
    this.dropRequest = some(0.4);
    this.dropAnswer = some(0.4);
    this.duplicate = some(0.5);
    this.slowNetwork = some(1);
    this.slowDisk = some(1);
    this.refuseCommit = isPrompt ? 0 : some(0.2);
    this.failHandler = some(0.3);
    this.slowHandler = isPrompt ? 0 : some(0.5);
    this.failDelivery = some(0.4);
    this.jump = isPrompt ? 0 : some(0.01);
    this.skew = some(1);
    this.powerLoss = dice.chance(0.5);
  }

  /** A step is applied at the very time at which its handler ran. */
  get isPrompt(): boolean {
    return this.slowHandler === 0 && this.refuseCommit === 0 && this.jump === 0;
  }
}
