import type { StoreSnapshot } from "../../engine/contract/snapshot.ts";
import { importSource, readMarks } from "../../engine/holding/marks.ts";
import { Turns } from "../../engine/views/turns.ts";
import { formatVersion } from "../../export-format/records.ts";
import type { ExportWriter } from "../../export-format/writer.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import { noReadables, partitionLines } from "./partition-lines.ts";
import { exportedFunctions, readablesOf } from "./readables.ts";

/** What of a snapshot is written, and how. */
export interface WrittenSnapshot {
  /** As the header names it. */
  readonly engine: string;
  /** Types that are known. */
  readonly host: Pick<SurfaceHost, "functionOf" | "functions" | "keptEgress">;
  readonly withValues: boolean;
}

/** The export of a store that is one partition, a few milliseconds of work at a time. The snapshot is closed at its end. */
export async function* snapshotBytes(
  snapshot: StoreSnapshot,
  writer: ExportWriter,
  { engine, host, withValues }: WrittenSnapshot,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    assertNoHalf(snapshot);
    const functions = exportedFunctions(host);
    const { time } = snapshot;
    const kind = "statefun-export";
    yield writer.lines([{ kind, version: formatVersion, engine, time, functions }]);
    const turns = new Turns();
    const pause = async (): Promise<void> => {
      if (turns.isOver) await turns.next();
    };
    const readables = withValues ? readablesOf(host) : noReadables;
    for await (const lines of partitionLines(snapshot, "", readables, pause)) {
      yield writer.lines(lines);
    }
    yield writer.end();
  } finally {
    snapshot.close();
  }
}

/** Sources that are read at a time. */
const pageRows = 256;

/** Half of an import would look like a whole application. */
function assertNoHalf(snapshot: StoreSnapshot): void {
  const { unfinished } = readMarks({ position: () => markIn(snapshot) });
  if (unfinished === undefined) return;
  const text = `import ${unfinished.sha256} is unfinished, so this is half of an application: import the same export again, then export it`;
  throw new StateFunError("conflict", text);
}

function markIn(snapshot: StoreSnapshot): string | undefined {
  for (let page = snapshot.positions(undefined, pageRows); ; ) {
    const found = page.find(({ source }) => source === importSource);
    const last = page.at(-1);
    if (found !== undefined || last === undefined) return found?.position;
    page = snapshot.positions(last.source, pageRows);
  }
}
