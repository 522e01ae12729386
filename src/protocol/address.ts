import type { WireAddress } from "../model/invocation.ts";
import { splitTypename } from "../model/typename.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** `before` is what an earlier occurrence of the field said: singular messages merge. */
export function readAddress(
  reader: WireReader,
  outerEnd: number,
  before?: WireAddress,
): WireAddress {
  const end = reader.fieldEnd(outerEnd);
  let [namespace, name] = splitTypename(before?.typename ?? "");
  let id = before?.id ?? "";
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) namespace = reader.text(end);
    else if (tag === 0x12) name = reader.text(end);
    else if (tag === 0x1a) id = reader.text(end);
    else reader.skip(tag, end);
  }
  return { typename: `${namespace}/${name}`, id };
}

export function writeAddress(writer: WireWriter, tag: number, address: WireAddress): void {
  writer.begin(tag);
  writeTypename(writer, address.typename);
  writer.text(0x1a, address.id);
  writer.end();
}

/** Fields 1 and 2 of an address and of an egress record. */
export function writeTypename(writer: WireWriter, typename: string): void {
  const [namespace, name] = splitTypename(typename);
  writer.text(0x0a, namespace);
  writer.text(0x12, name);
}
