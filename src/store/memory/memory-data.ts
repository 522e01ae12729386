import type { LinkWindow, Opened } from "../../engine/contract/store.ts";
import { wrongSequence } from "../store-errors.ts";
import { mostTrimmed, type SweepPace } from "../sweep-pace.ts";
import { MemoryAccepted } from "./memory-accepted.ts";
import { MemoryCells } from "./memory-cells.ts";
import { memoryName } from "./memory-checks.ts";
import { MemoryEgress } from "./memory-egress.ts";
import { MemoryLinks } from "./memory-links.ts";
import { MemoryDead, MemoryMessages } from "./memory-messages.ts";
import { MemoryPaused } from "./memory-paused.ts";
import { MemoryTimers } from "./memory-timers.ts";
import { plainWindow } from "./plain-window.ts";

/** What a memory store holds, from one opening to the next. */
export class MemoryData {
  /** The writer's lock. */
  isOpen = false;
  opened: Opened = {
    sequence: 0,
    time: 0,
    openedAt: 0,
    lastNumber: 0,
    lastCell: 0,
    identity: undefined,
    isClean: true,
  };
  /** The engine of the last window. */
  #opener = "";
  readonly cells: MemoryCells = new MemoryCells();
  readonly messages: MemoryMessages = new MemoryMessages();
  readonly timers: MemoryTimers = new MemoryTimers();
  readonly egress: MemoryEgress = new MemoryEgress();
  readonly dead: MemoryDead = new MemoryDead();
  readonly paused: MemoryPaused = new MemoryPaused();
  readonly accepted: MemoryAccepted = new MemoryAccepted();
  readonly links: MemoryLinks = new MemoryLinks();

  /** Everything that can be refused is looked at before anything changes. */
  commit(committed: LinkWindow, pace: SweepPace): void {
    const window = plainWindow(committed);
    const { sequence, opener, time, openedAt, lastNumber, lastCell, identity, isClean } = window;
    const last = this.opened.sequence;
    if (sequence === last && opener === this.#opener) return;
    if (sequence !== last + 1) throw wrongSequence(memoryName, last, sequence);
    const tables = [
      this.cells,
      this.messages,
      this.timers,
      this.egress,
      this.dead,
      this.accepted,
      this.links,
    ];
    for (const table of tables) table.check(window);
    for (const table of tables) table.apply(window);
    this.paused.apply(window);
    this.#sweep(window, pace);
    this.#opener = opener;
    this.opened = { sequence, time, openedAt, lastNumber, lastCell, identity, isClean };
  }

  #sweep(window: LinkWindow, pace: SweepPace): void {
    const limit = pace.portionOf(window);
    if (limit > 0) {
      const enough = [this.cells, this.accepted, this.egress].map((table) =>
        table.sweep(window.time, limit),
      );
      pace.swept(window, !enough.includes(false));
    }
    for (const { egress, maxRecords } of window.keep) {
      this.egress.trim(egress, maxRecords, mostTrimmed(window));
    }
  }
}
