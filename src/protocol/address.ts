import type { WireAddress } from "../model/invocation.ts";
import { splitTypename } from "../model/typename.ts";
import type { WireReader } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

/** An address while it is read. Singular messages merge, so its fields may come in several parts. */
export interface AddressParts {
  namespace: string;
  name: string;
  id: string;
}

/** Adds what one occurrence of the field says. */
export function readAddress(
  reader: WireReader,
  outerEnd: number,
  parts: AddressParts = { namespace: "", name: "", id: "" },
): AddressParts {
  const end = reader.fieldEnd(outerEnd);
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) parts.namespace = reader.text(end);
    else if (tag === 0x12) parts.name = reader.text(end);
    else if (tag === 0x1a) parts.id = reader.text(end);
    else reader.skip(tag, end);
  }
  return parts;
}

/** Once for each address: joining the parts while they merge would take the square of their size. */
export function addressFromParts({ namespace, name, id }: AddressParts): WireAddress {
  return { typename: `${namespace}/${name}`, id };
}

export function writeAddress(writer: WireWriter, tag: number, address: WireAddress): void {
  writer.begin(tag);
  writeTypename(writer, address.typename);
  writer.text(0x1a, address.id);
  writer.end();
}

/** Typenames that were written before, as fields 1 and 2: most are written again. */
const written = new Map<string, Uint8Array>();

/** Fields 1 and 2 of an address and of an egress record. */
export function writeTypename(writer: WireWriter, typename: string): void {
  let fields = written.get(typename);
  if (fields === undefined) {
    const [namespace, name] = splitTypename(typename);
    fields = new WireWriter().text(0x0a, namespace).text(0x12, name).finish();
    // Those of callers come from outside.
    if (written.size + typename.length < 512) written.set(typename, fields);
  }
  writer.raw(fields);
}
