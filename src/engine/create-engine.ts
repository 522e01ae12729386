import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { close } from "./close.ts";
import type { Commit } from "./commit/journal-options.ts";
import type { Engine } from "./contract/engine.ts";
import { latestEpoch } from "./contract/links.ts";
import type { EngineOptions } from "./contract/options.ts";
import type { Opened, Store } from "./contract/store.ts";
import { Partition } from "./partition.ts";
import { start } from "./restart.ts";

/** Opens the store and runs what it holds. Rejects when it cannot be opened, or not be written. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { store } = options;
  const safe: EngineOptions = { ...options, onError: guarded(options.onError) };
  const commit = await commitOf(safe);
  const opened = await store.open((error) => safe.onError(error, {}));
  try {
    assertSound(opened);
    options.assertOwn?.(opened.identity);
  } catch (error) {
    store.close();
    throw error;
  }
  const partition = new Partition(opened, safe, commit);
  const { journal } = partition;
  options.onOpen(journal.identity, (error) => journal.stop(error));
  try {
    await start(partition);
  } catch (error) {
    journal.stop(stopped(error));
    store.close();
    throw error;
  }
  store.watch?.((error) => {
    journal.guard(() => {
      throw error;
    });
  });
  const accept: Engine["accept"] = (arrival, done) => partition.ingress.send(arrival, done);
  return {
    identity: journal.identity,
    partition,
    now: () => journal.now(),
    accept,
    send: (arrival) =>
      new Promise((resolve, reject) => {
        accept(arrival, (error, number, isDuplicate) =>
          error === undefined ? resolve({ number, isDuplicate }) : reject(error),
        );
      }),
    call: (arrival, done) => partition.ingress.call(arrival, done),
    ingest: (batch, done) => {
      partition.sources.ingest(batch);
      journal.release(done);
    },
    position: (source) => partition.sources.position(source),
    receive: async (batch) => {
      partition.ingress.assertOpen();
      if (partition.linksIn === undefined) throw invalid("this runtime has one partition");
      return partition.linksIn.receive(batch);
    },
    async idle() {
      await partition.until(() => isIdle(partition));
      if (journal.broken !== undefined) throw journal.broken;
    },
    ended: partition.ended,
    isHandling: (address) => partition.mailboxes.find(address)?.isRunning === true,
    flush: () => journal.flush(),
    kept: (egress, after, limit) => {
      if (journal.isStopped) throw journal.failure;
      const rows = store.kept(egress, after, limit, journal.now());
      return rows.filter(({ number }) => number <= journal.durableNumber);
    },
    keptEgresses: () => partition.egresses.kept,
    watchKept: (egress, run) => partition.egresses.watch(egress, run),
    deadLetters: (after, limit, typename) => store.dead(after, limit, typename),
    replay: async (number) => {
      partition.hold.assertNoImport("no letter is sent again");
      await journal.flush();
      partition.deadLetters.replay(number, partition.replayer, (egress) =>
        partition.egresses.isBound(egress),
      );
      await journal.flush();
    },
    discard: async (number) => {
      partition.hold.assertNoImport("no letter is discarded");
      await journal.flush();
      partition.deadLetters.take(number);
      await journal.flush();
    },
    // Loaded with the first action.
    act: async (order) => (await import("./actions/act.ts")).act(partition, order),
    abandonImport: async (signal, by) =>
      (await import("./moving/abandon-import.ts")).abandonImport(partition, signal, by),
    import: async (want) => (await import("./moving/run-import.ts")).runImport(partition, want),
    paused: () => partition.pauses.all(),
    pending: () => partition.mailboxes.pending - partition.mailboxes.resting,
    failure: () => journal.failure,
    isDraining: () => partition.ingress.isClosed,
    health: () => ({
      failure: journal.failure,
      isDraining: partition.ingress.isClosed,
      ...partition.hold.health(),
      pendingMessages: partition.mailboxes.pending,
      runningSteps: partition.runner.running,
      parkedFunctions: Array.from(partition.mailboxes.parkedBy, ([typename, waiting]) => ({
        typename,
        waiting,
      })),
      pausedFunctions: partition.pauses.health(partition.mailboxes.pausedBy),
      busyFunctions: partition.runner.busy,
      unavailableEndpoints: partition.functions.unavailable?.() ?? [],
      // A store that is closed, or has failed, cannot be asked.
      deadLetters: journal.isStopped ? 0 : store.countDead(),
      clockBehindMs: journal.time.behindMs,
      waitingLinks: partition.linksOut?.waiting ?? [],
      egresses: partition.egresses.health(),
    }),
    warn: (isOutOfResources) => partition.warn(isOutOfResources),
    drain: () => partition.ingress.close(),
    close: (drainMs) => close(partition, drainMs),
  };
}

/** What is written is counted where somebody wants to know, by what is loaded then. */
async function commitOf(options: EngineOptions): Promise<Commit> {
  const { observer } = options;
  const store: Store = options.store;
  if (observer?.committed === undefined) return (window) => store.commit(window);
  const { observedCommit } = await import("./commit/observed-commit.ts");
  return observedCommit(store, options);
}

function isIdle({ runner, journal, egresses, linksOut, timers }: Partition): boolean {
  if (journal.isStopped) return true;
  const isSent = linksOut === undefined || linksOut.isIdle;
  return runner.isIdle && journal.isSettled && egresses.isIdle && isSent && !timers.isFiring;
}

/** Where the history ends: an engine has to have room behind it. */
function assertSound({ time, openedAt, lastNumber, lastCell, sequence }: Opened): void {
  const numbers = { sequence, lastNumber, lastCell, time, openedAt };
  const isPositive = Math.min(...Object.values(numbers)) >= 0;
  const isLess = Math.max(sequence, lastNumber, lastCell) <= 2 ** 52;
  if (isPositive && isLess && Math.max(time, openedAt) <= latestEpoch) return;
  const text = `the store has impossible progress numbers: ${JSON.stringify(numbers)}`;
  throw new StateFunError("store_failed", text);
}

function guarded(onError: EngineOptions["onError"]): EngineOptions["onError"] {
  return (error, detail) => {
    try {
      const result: unknown = onError(error, detail);
      if (result instanceof Promise) result.catch(() => {});
    } catch {
      // An error of the error handler must not cause another error.
    }
  };
}

function stopped(cause: unknown): StateFunError {
  return new StateFunError("store_failed", "the engine could not start", { cause });
}
