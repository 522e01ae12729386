/** Types of messages that a function behind `migratable` never sees. */
export const exportTypename = "statefun.migration/export";
const importTypename = "statefun.migration/import";
/** Of what is said about them, where the egress is none of Kafka. */
export const recordTypename = "statefun.migration/record";

export function isReserved(typename: string): boolean {
  return typename === exportTypename || typename === importTypename;
}

const mark = "statefun.migration/";

/** Whether the bytes may hold such a message: what says no need not be read. */
export function mentionsReserved(bytes: Uint8Array): boolean {
  const first = mark.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let length = 1;
    while (length < mark.length && bytes[at + length] === mark.charCodeAt(length)) length++;
    if (length === mark.length) return true;
  }
  return false;
}
