import type { OrderedBy } from "../../engine/contract/actions.ts";
import { activityEgress, egressAddress } from "../../engine/routing/system-addresses.ts";
import { assertTypename, invalid } from "../../internal/assert.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { peek, reasonOf, show } from "../../internal/show.ts";
import { isText } from "../../model/guards.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { AbandonedPart, AbandonWant } from "../../surface/admin/moving-host.ts";
import type { AbandonedNote } from "../moving-rpc.ts";
import { assertStill } from "../assert-still.ts";
import { resultOf } from "../rpc-result.ts";
import { type ExportedObject, exportedObjects, objectsOf } from "./exported-objects.ts";
import { homeIn } from "./import-part.ts";
import { inOrder } from "./in-order.ts";
import { addressesOf, type MovesParts } from "./worker-moves.ts";

/** Objects that are at work at a time. */
const atOnce = 32;

/**
 * Takes away what an import has brought to some objects: each of them does it once, so what fails is repeated. All are asked, whatever one
 * of them answers, and what was done is written down before the first error is thrown.
 */
export async function abandonInObjects(
  parts: MovesParts,
  want: AbandonWant,
  by: OrderedBy,
): Promise<AbandonedPart> {
  const { isPaused, stub } = parts;
  const { sha256, isCheck } = want;
  assertStill(isPaused, "abandoning an import");
  const { objects, next } = await objectsFor(parts, want);
  const answers = inOrder(objects, atOnce, ({ name, address }) =>
    resultOf(() => stub(name, address).move(name, "abandon", { sha256, isCheck })).then(
      (was) => ({ was, errors: [] }),
      (error: unknown) => ({ was: false, errors: [error] }),
    ),
  );
  let count = 0;
  // The request that has done it may have ended before it was written down.
  let isRepeated = false;
  const errors: unknown[] = [];
  for await (const answer of answers) {
    if (answer.was === true) count++;
    if (answer.was === "before") isRepeated = true;
    errors.push(...answer.errors);
  }
  // One that has failed may have taken something away, unless it has refused.
  const isUnknown = errors.some((error) => peek(error, "code") !== "conflict");
  if (!isCheck && (count > 0 || isUnknown || isRepeated)) {
    await noted(parts, { sha256, count, who: by.who, why: by.why, key: by.key }).catch(
      (cause: unknown) => {
        const text = `import ${sha256} was abandoned in ${count} objects, which could not be written to statefun/activity: ${reasonOf(cause)}`;
        errors.push(new StateFunError("unavailable", text, { cause }));
      },
    );
  }
  if (errors.length > 0) throw errors[0];
  return { asked: objects.length, count, next };
}

async function noted({ placement, stub }: MovesParts, note: AbandonedNote): Promise<void> {
  const address = egressAddress(activityEgress);
  const name = placement(address);
  await resultOf(() => stub(name, address).move(name, "noteAbandoned", note));
}

async function objectsFor(
  parts: MovesParts,
  { lines, after, objects: limit, isListed }: AbandonWant,
): Promise<{ readonly objects: readonly ExportedObject[]; readonly next: string | undefined }> {
  const { host, placement, isPlaced } = parts;
  if (lines !== undefined) {
    const keptEgresses = Array.from(host.keptEgresses(), ({ typename }) => typename);
    const given = addressesIn(lines);
    return { objects: objectsOf({ given, keptEgresses }, placement), next: undefined };
  }
  // With a list of the others nothing is missing where a function is not in the directory.
  const addresses = addressesOf(parts, isListed ? [] : undefined);
  const found = await exportedObjects(addresses, placement, { after, isPlaced, limit: limit + 1 });
  const objects = found.slice(0, limit);
  return { objects, next: found.length > limit ? objects.at(-1)?.name : undefined };
}

/** Of lines of an export, or of a list of addresses; each once. */
function addressesIn(bytes: Uint8Array): readonly WireAddress[] {
  const found = new Map<string, WireAddress>();
  for (const [index, text] of textFromBytes(bytes).split("\n").entries()) {
    if (text.trim() === "") continue;
    try {
      const address = addressIn(text);
      if (address !== undefined) found.set(`${address.typename}/${address.id}`, address);
    } catch (cause) {
      const code = cause instanceof StateFunError ? cause.code : "invalid_argument";
      throw new StateFunError(code, `line ${index + 1} of the list: ${reasonOf(cause)}`, { cause });
    }
  }
  return [...found.values()];
}

function addressIn(text: string): WireAddress | undefined {
  const line: unknown = JSON.parse(text);
  if (peek(line, "kind") !== undefined) return homeIn(text);
  const [typename, id] = [peek(line, "function"), peek(line, "id")];
  assertTypename(typename, "function");
  if (!isText(id)) throw invalid(`id must be a text, got ${show(id)}`);
  return { typename, id };
}
