import { resultTag } from "./read-request.ts";
import { decodeAll, type WireReader } from "./wire-reader.ts";

/** An empty text is a typename and nothing else. */
type Evidence = "v2" | "v3" | "" | undefined;

/** From a request to its arguments, and to its stored values. */
const toArguments = [resultTag, 0x1a, 0x12];
const toStates = [resultTag, 0x12, 0x12];

/**
 * Finds the wire of a request. Nothing marks it, but the payload of an argument differs: field 2 of an
 * Any is bytes, field 2 of a TypedValue is a bool and its field 3 the bytes (field 4 is metadata). The
 * first argument that says something decides, then the first stored value.
 *
 * An argument with nothing but a typename is taken for an Any whose message has zero bytes, which 2.x
 * runtimes do send; a 3.x runtime sends such an argument only after a function sent a message without a
 * value. Throws `malformed_request` for bytes that are no message at all.
 */
export function detectProtocol(bytes: Uint8Array): "v2" | "v3" {
  const read = (path: readonly number[]): Evidence =>
    decodeAll(bytes, (reader, end) => evidence(reader, end, path, 0));
  const byArguments = read(toArguments);
  if (byArguments) return byArguments;
  try {
    const byStates = read(toStates);
    if (byStates) return byStates;
  } catch {
    // On v2 a state may hold any bytes: what cannot be read there says nothing.
  }
  return byArguments === "" ? "v2" : "v3";
}

function evidence(
  reader: WireReader,
  end: number,
  path: readonly number[],
  depth: number,
): Evidence {
  const head = path[depth];
  let found: Evidence;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === head) {
      const to = reader.fieldEnd(end);
      const inner = evidence(reader, to, path, depth + 1);
      if (inner) return inner;
      found ??= inner;
      reader.position = to;
    } else if (head !== undefined || tag === 0x0a) {
      reader.skip(tag, end);
      if (head === undefined) found = "";
    } else if (tag === 0x12) return "v2";
    else if (tag === 0x10 || tag === 0x1a || tag === 0x22) return "v3";
    else reader.skip(tag, end);
  }
  return found;
}
