import { resultTag } from "./read-request.ts";
import { total, type WireReader } from "./wire-reader.ts";

type Evidence = "v2" | "v3" | undefined;

/**
 * Tells the wire of a request. Nothing marks it, but the payload of an argument differs: field 2 of an
 * Any is bytes, field 2 of a TypedValue is a bool and its field 3 the bytes (field 4 is metadata). The
 * first argument that says something decides, then the first stored value.
 *
 * An argument with nothing but a typename is taken for an Any whose message has zero bytes, which 2.x
 * runtimes do send; a 3.x runtime sends such an argument only after a function sent a message without a
 * value. Throws `malformed_request` for bytes that are no message at all.
 */
export function detectProtocol(bytes: Uint8Array): "v2" | "v3" {
  return total(bytes, { maxBytes: bytes.length }, 0, (reader) => {
    const all = bytes.length;
    let fallback: Evidence;
    let hasTypename = false;
    for (let outer = reader.next(all); outer !== 0; outer = reader.next(all)) {
      if (outer !== resultTag) {
        reader.skip(outer, all);
        continue;
      }
      const end = reader.fieldEnd(all);
      for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
        // 0x12 is a state and 0x1a an invocation; the value is field 2 in both.
        if (tag !== 0x12 && tag !== 0x1a) {
          reader.skip(tag, end);
          continue;
        }
        const to = reader.fieldEnd(end);
        if (tag === 0x12) {
          fallback ??= evidenceOfState(reader, to);
          continue;
        }
        const evidence = evidenceIn(reader, to);
        if (evidence === "typename") hasTypename = true;
        else if (evidence !== undefined) return evidence;
      }
    }
    return fallback ?? (hasTypename ? "v2" : "v3");
  });
}

/** On v2 a state may hold any bytes: what cannot be read there says nothing. */
function evidenceOfState(reader: WireReader, end: number): Evidence {
  try {
    const evidence = evidenceIn(reader, end);
    return evidence === "typename" ? undefined : evidence;
  } catch {
    return undefined;
  } finally {
    reader.position = end;
  }
}

function evidenceIn(reader: WireReader, end: number): Evidence | "typename" {
  let found: Evidence | "typename";
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag !== 0x12) {
      reader.skip(tag, end);
      continue;
    }
    const valueEnd = reader.fieldEnd(end);
    while (reader.position < valueEnd) {
      const inner = reader.next(valueEnd);
      if (inner === 0x12 || inner === 0x10 || inner === 0x1a || inner === 0x22) {
        reader.position = end;
        return inner === 0x12 ? "v2" : "v3";
      }
      if (inner === 0x0a) found = "typename";
      reader.skip(inner, valueEnd);
    }
  }
  return found;
}
