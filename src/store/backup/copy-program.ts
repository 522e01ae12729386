/** What the thread of a copy is given. */
export interface CopyOrder {
  readonly source: string;
  readonly target: string;
  /** Of the target. */
  readonly folder: string;
  /** How many pages are copied at once: between two such steps the copy can be stopped. */
  readonly stepPages: number;
  /** After so many bytes they are flushed. */
  readonly flushBytes: number;
  /** The first element is 1 when the copy is to stop. */
  readonly stop: Int32Array;
}

/** What the thread of a copy says, in this order. */
export type CopyEvent =
  | { readonly kind: "progress"; readonly copiedBytes: number; readonly totalBytes: number }
  | { readonly kind: "done"; readonly bytes: number; readonly time: number; readonly mark: number }
  | { readonly kind: "failed"; readonly reason: string; readonly code: string };

/**
 * The program of the thread, as a text: a file of its own would be missing in a bundle. It reads by a connection that can
 * only read: SQLite lets such a one neither write the database nor delete its log. The transaction holds one state of the
 * database, so what is committed meanwhile neither gets into the copy nor makes it start over. The copy bears no sign of
 * the log of the original: it is no database with a log, and has no mark that it needs one.
 */
export const copyProgram = `
const all = ["node:fs", "node:sqlite", "node:worker_threads"].map((name) => import(name));
Promise.all(all).then(async ([fs, { DatabaseSync, backup }, { parentPort, workerData }]) => {
  const { source, target, folder, stepPages, flushBytes, stop } = workerData;
  const fail = (code, reason) => Object.assign(new Error(reason), { code });
  const first = (database, sql) => database.prepare(sql).all()[0] ?? {};
  let from, to, file;
  try {
    if (backup === undefined) throw fail("unsupported", "");
    from = new DatabaseSync(source, { readOnly: true });
    first(from, "PRAGMA busy_timeout = 5000");
    from.exec("BEGIN");
    const { time } = first(from, "SELECT time FROM progress");
    const mark = first(from, "PRAGMA user_version").user_version;
    const pageBytes = first(from, "PRAGMA page_size").page_size;
    const bytes = first(from, "PRAGMA page_count").page_count * pageBytes;
    let room = Infinity;
    try {
      const { bavail, bsize } = fs.statfsSync(folder);
      room = bavail * bsize;
    } catch {}
    if (room < bytes) throw fail("no space", bytes + " bytes are needed, " + room + " are free");
    file = fs.openSync(target, "r+");
    let [flushed, said] = [0, -Infinity];
    const progress = ({ totalPages, remainingPages }) => {
      if (Atomics.load(stop, 0) === 1) throw fail("stopped", "");
      const copiedBytes = (totalPages - remainingPages) * pageBytes;
      if (copiedBytes - flushed >= flushBytes) {
        fs.fdatasyncSync(file);
        flushed = copiedBytes;
      }
      if (performance.now() - said < 100) return;
      said = performance.now();
      parentPort.postMessage({ kind: "progress", copiedBytes, totalBytes: totalPages * pageBytes });
    };
    await backup(from, target, { rate: stepPages, progress });
    from.exec("ROLLBACK");
    to = new DatabaseSync(target);
    const { journal_mode: mode } = first(to, "PRAGMA journal_mode = DELETE");
    if (mode !== "delete") throw new Error("it keeps a log of mode " + mode);
    to.exec("PRAGMA user_version = 0");
    to.close();
    to = undefined;
    fs.fsyncSync(file);
    parentPort.postMessage({ kind: "done", bytes: fs.fstatSync(file).size, time, mark });
  } catch (error) {
    const code = String(error.errcode ?? error.code ?? "");
    parentPort.postMessage({ kind: "failed", reason: String(error.message ?? error), code });
  } finally {
    for (const database of [from, to]) {
      try {
        database?.close();
      } catch {}
    }
    if (file !== undefined) fs.closeSync(file);
  }
});
`;
