import { messageBytes, textBytes, valueBytes } from "../../model/message-bytes.ts";
import type { EngineParts } from "../contract/options.ts";
import type { LinkWindow, Store } from "../contract/store.ts";
import type { Observed } from "../contract/telemetry/observed.ts";
import type { Commit } from "./journal-options.ts";

/** Commits to a store, and reports what was written. */
export function observedCommit(
  store: Store,
  { observer, kind: engine = "embedded", clock }: Observed & Pick<EngineParts, "clock">,
): Commit {
  return (window, steps) => {
    const startedAt = clock.monotonic();
    store.commit(window);
    const durationMs = clock.monotonic() - startedAt;
    observer?.committed?.({
      ...{ engine, steps, durationMs },
      rows: rowsOf(window),
      bytes: bytesOf(window),
    });
  };
}

function rowsOf(window: LinkWindow): number {
  const { messages, timers, egress, dead, outbox, linksOut, linksIn } = window;
  const lists = [window.cells, window.renewed, window.attempts, window.accepted, window.positions];
  let rows = 0;
  for (const list of lists) rows += list.length;
  for (const change of [messages, timers, egress, dead, outbox, linksOut, linksIn]) {
    rows += change.added.length + change.removed.length;
  }
  return rows;
}

function bytesOf({ cells, messages, timers, egress, dead, accepted, ...rest }: LinkWindow): number {
  let bytes = 0;
  for (const { address, name, value } of cells) {
    bytes += textBytes(address.typename) + textBytes(address.id) + textBytes(name);
    bytes += valueBytes(value);
  }
  for (const { added } of [messages, timers, dead, rest.outbox]) {
    for (const { argument, target, caller } of added)
      bytes += messageBytes(argument, target, caller);
  }
  for (const row of egress.added) bytes += messageBytes(row.argument, row.from);
  for (const { target, key, digest, outcome } of accepted) {
    bytes += textBytes(target.typename) + textBytes(target.id) + textBytes(key) + digest.length;
    if (outcome?.kind === "reply") bytes += messageBytes(outcome.value);
  }
  for (const { source, position } of rest.positions) bytes += textBytes(source) + position.length;
  return bytes;
}
