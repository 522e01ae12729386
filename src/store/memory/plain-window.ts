import type { Change, LinkWindow } from "../../engine/contract/store.ts";

/**
 * A window whose lists and records are the store's own. Whatever cannot be read throws here, before anything has changed.
 */
export function plainWindow(window: LinkWindow): LinkWindow {
  return {
    ...window,
    cells: window.cells.map(plain),
    renewed: window.renewed.map(plain),
    messages: plainChange(window.messages),
    attempts: window.attempts.map(plain),
    timers: plainChange(window.timers),
    egress: plainChange(window.egress),
    dead: plainChange(window.dead),
    paused: {
      added: window.paused.added.map(plain),
      removed: window.paused.removed.map(plain),
    },
    accepted: window.accepted.map(plain),
    positions: window.positions.map(plain),
    outbox: { added: window.outbox.added.map(plain), removed: window.outbox.removed.map(plain) },
    linksOut: plainChange(window.linksOut),
    linksIn: plainChange(window.linksIn),
    keep: window.keep.map(plain),
  };
}

function plain<T extends object>(item: T): T {
  return { ...item };
}

function plainChange<T extends object, K>({ added, removed }: Change<T, K>): Change<T, K> {
  return { added: added.map(plain), removed };
}
