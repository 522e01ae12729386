import type { ImportedLine } from "../../engine/contract/moving.ts";
import { importPart } from "../../engine/moving/import-part.ts";
import { misplaced } from "../../engine/routing/links-in.ts";
import { linesOfPart } from "../../export-format/part-lines.ts";
import { thingOf } from "../../host/moving/imported-lines.ts";
import { invalid } from "../../internal/assert.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { assertStill } from "../assert-still.ts";
import { homeOf } from "../home-of-line.ts";
import type { ImportAsked } from "../moving-rpc.ts";
import { changedAt, type Moved } from "./moved.ts";

/** Stores lines of an export in this object, each once. Resolves when they survive a crash. */
export async function importLines(
  { engine: object, to }: Moved,
  { sha256, numbers, lines, replace, isCheck }: ImportAsked,
): Promise<undefined> {
  const things: ImportedLine[] = [];
  const homes: WireAddress[] = [];
  for (const [index, line] of linesOfPart(lines).entries()) {
    const thing = thingOf(line);
    const number = numbers[index];
    if (thing === undefined || number === undefined) throw invalid(`a line of kind ${line.kind}`);
    things.push({ line: number, thing });
    homes.push(homeOf(line));
  }
  const want = { sha256, lines: things, replace, isCheck };
  const work: Parameters<Moved["engine"]["change"]>[1] = async (engine) => {
    assertStill(engine.partition.hold.isPaused, "an import");
    for (const home of homes) if (!engine.partition.router.isHere(home)) throw misplaced(home);
    await importPart(engine.partition, want);
    if (!isCheck) changedAt(engine);
  };
  // In an object that has nothing, nothing is made to look at it.
  await (isCheck ? object.look<unknown>(to, undefined, work) : object.change<unknown>(to, work));
  return undefined;
}
