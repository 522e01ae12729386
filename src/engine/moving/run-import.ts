import { orAborted } from "../../internal/deadline.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { ImportWant } from "../contract/moving.ts";
import type { Partition } from "../partition.ts";
import { restoreImported } from "../restart.ts";
import { alone } from "./alone.ts";
import { checkImport } from "./check-import.ts";
import type { ImportMark } from "../holding/marks.ts";
import type { Before } from "./present.ts";
import { writeImport } from "./write-import.ts";

/**
 * Brings an export into the store. First it is looked whether all of it can be written, then it is written; from then on a crash, an
 * abort or an end of the engine leaves an import that the same export completes, exactly once. Nothing runs meanwhile. Resolves with
 * whether it was here already, and nothing was done.
 */
export async function runImport(partition: Partition, want: ImportWant): Promise<boolean> {
  const { hold, ingress, options } = partition;
  ingress.assertOpen();
  if (options.deliver !== undefined) {
    throw new StateFunError("unsupported", "a partition among others imports nothing by itself");
  }
  if (hold.isTaken) throw new StateFunError("busy", "another import is at work");
  const { sha256 } = want.source;
  const { done, unfinished } = hold.marks;
  if (done.includes(sha256)) return true;
  if (unfinished?.isAbandoned === true) {
    const text = `import ${unfinished.sha256} is being abandoned: abandon it again before another one`;
    throw new StateFunError("conflict", text);
  }
  if (unfinished !== undefined && unfinished.sha256 !== sha256) {
    const text = `import ${unfinished.sha256} is unfinished: import the same export again before another one, or abandon it`;
    throw new StateFunError("conflict", text);
  }
  if (want.isDryRun) {
    if (unfinished === undefined) await checkImport(partition, want, givenBy(partition));
    return false;
  }
  await importAlone(partition, want);
  return false;
}

function importAlone(partition: Partition, want: ImportWant): Promise<void> {
  const { hold, journal } = partition;
  return alone(partition, async () => {
    const mark = hold.unfinished ?? (await begun(partition, want));
    journal.time.reach(want.source.time);
    await writeImport(partition, want, mark);
    const brought = await restoreImported(partition, mark);
    hold.marks = { done: [...hold.marks.done, mark.sha256], unfinished: undefined };
    return brought;
  });
}

/** Everything stands still, and all of the export can be written. */
async function begun(partition: Partition, want: ImportWant): Promise<ImportMark> {
  const { journal, runner } = partition;
  const { signal } = want;
  const isOver = (): boolean => runner.running === 0 || journal.isStopped || signal.aborted;
  await orAborted(partition.until(isOver), signal);
  await orAborted(journal.flush(), signal);
  const before = givenBy(partition);
  await checkImport(partition, want, before);
  const offset = journal.given.number;
  const upTo = offset + want.source.numbers;
  journal.given.reserve(upTo);
  const { source, replace } = want;
  return { sha256: source.sha256, line: 0, replace, ...before, offset, upTo };
}

function givenBy({ journal }: Partition): Before {
  const { number, cell } = journal.given;
  return { before: number, cellsBefore: cell };
}
