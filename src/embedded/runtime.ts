/// <reference lib="esnext.disposable" preserve="true" />
import type { Client } from "../client/client.ts";
import type { DeadLetters } from "../host/dead-letters.ts";
import type { InstanceList, InstancesOptions } from "../host/instances.ts";
import type { ExportOptions, ImportOptions, ImportSummary } from "../host/moving.ts";
import type {
  UpgradedFunction,
  UpgradeRunOptions,
  UpgradeSummary,
} from "../host/upgrade/upgrade.ts";
import type { Instance } from "../host/views.ts";
import type { Address } from "../sdk/addressing/address.ts";
import type { Backup, BackupOptions } from "../store/backup-source.ts";

/** An application that runs in this process. */
export interface Runtime extends Client, AsyncDisposable {
  /**
   * The HTTP surface, bound: it may be passed on as a value. Answers `GET /health` with 200, or with 503 once the
   * engine takes nothing more, and serves what the option `http` exposes. Anything else is 404. Never rejects.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Resolves when everything that can be done now is done and durable: messages are handled, and records were
   * given to their deliveries. It does not wait for delayed messages before their time, for retries after a
   * failure, for endpoints that are down, for functions that are not bound, for what an operator has paused, or for
   * what an ingress has not read yet. While the store cannot be written it waits; once the store has failed it rejects with `store_failed`.
   */
  idle(): Promise<void>;
  /**
   * The state of an instance, its mailbox and its timers. The state is typed if the address comes from the
   * reference that `bind` returned.
   */
  instance<S>(address: Address<never, unknown, S>): Promise<Instance<S>>;
  /**
   * A page of the instances of a function that have a state, a waiting message or a delayed message of their own, and why each one
   * stands still, if it does. What is there all the time comes exactly once over all pages.
   */
  instances(options: InstancesOptions): Promise<InstanceList>;
  /**
   * Writes all states of a function that a predecessor of their type has written (`upgraded`) as the new type. It walks page by page,
   * each instance between two of its steps, while messages are handled, and resolves when all of it survives a crash. Nothing
   * else changes: expirations stay. After a crash call it again: what is new already is left alone. A value that cannot be
   * upgraded is left, counted, and reported to `onError`. Not needed for reading: an old value is read by the new type anyway.
   */
  upgrade(fn: UpgradedFunction, options?: UpgradeRunOptions): Promise<UpgradeSummary>;
  readonly deadLetters: DeadLetters;
  /**
   * Copies the store to a file while it runs: everything that was acknowledged before, as it is at one moment. A runtime starts
   * from the copy with `sqliteStore(path)`. Resolves when the copy is on the disk, whole; until then no file has this path, which is
   * relative to the working directory and in a folder that exists. Only its owner may read the copy (mode 600).
   *
   * Rejects with `unsupported` unless the store is a file; with `invalid_argument` if the path is taken; with `store_failed` if the
   * copy cannot be read or written, for example for want of room; with `draining` once the runtime closes. Then it leaves nothing
   * behind, and the runtime goes on.
   */
  backup(path: string, options?: BackupOptions): Promise<Backup>;
  /**
   * Brings an export into the store, whatever engine it is of: all of it and each record once, also if it is repeated after a crash. It
   * is read to its end first, and nothing is changed if anything in it is wrong, or is here already. While it is written nothing
   * runs, and what is sent waits; a send with an idempotency key is refused as `unavailable`. After a crash in that time nothing
   * runs either until the same export is imported again, which goes on where it was. An export that was imported before is left out:
   * `isDuplicate`.
   *
   * Rejects with `invalid_argument` or `limit_exceeded` and the line for what is wrong in it; with `conflict` for what is here
   * already, or while another import is unfinished; with `busy` while one is at work; with `store_failed` if it cannot be kept in a
   * file meanwhile, beside the store or in the temporary folder; with `draining` once the runtime closes.
   */
  import(
    stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
    options?: ImportOptions,
  ): Promise<ImportSummary>;
  /**
   * Takes away all that an unfinished import has written, for one whose export is lost or wrong, and goes on with what was here before and what has
   * come since. Resolves with `true` when that survives a crash, and with `false` if no import is unfinished. A crash in the middle is completed by calling it again.
   *
   * Rejects with `conflict` if that import began with `replace`, because what it has replaced is gone; with `busy` while one is at work; and with
   * `draining` once the runtime closes.
   */
  abandonImport(): Promise<boolean>;
  /**
   * Everything that the runtime holds, as newline-delimited JSON (docs/export-format.md): states, waiting and delayed messages, records,
   * dead letters, idempotency keys, positions of sources and pauses. It is as of one moment, when the stream is first read: all that was
   * acknowledged before is in it. It is made as it is read, in memory that does not depend on how much there is (with a store in memory, beside
   * that store), while messages are handled. Cancel the stream to end it.
   *
   * The stream fails with `store_failed` or `state_undecodable` if something cannot be read, with `conflict` while an import is unfinished,
   * and with `draining` once the runtime closes.
   */
  export(options?: ExportOptions): ReadableStream<Uint8Array>;
  /**
   * Stops ingresses, takes no more messages, finishes running batches, commits, delivers to egresses for at most
   * `drainMs` (10,000 by default), and releases the store. What has not run continues at the next start; with a
   * `memoryStore` it is lost and reported to `onError`. Rejects with `store_failed` if the store has failed;
   * everything is closed all the same.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
  /**
   * Resolves when the runtime was closed. Rejects with `store_failed` when the store failed for good and the
   * runtime has stopped by itself, so that a program that awaits it ends with an error. If the program does not
   * use it, its rejection does not end the process, because `onError` has reported the failure.
   */
  readonly closed: Promise<void>;
}
