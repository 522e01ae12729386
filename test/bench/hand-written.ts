/**
 * The limit of any SDK: the greeter written by hand for exactly the requests of this benchmark. It reads what it needs, checks nothing,
 * knows every name that is written, and could do nothing else.
 */

const encoder = new TextEncoder();
const ascii = (text: string) => Array.from(encoder.encode(text));
const field = (tag: number, bytes: readonly number[]) => [tag, bytes.length, ...bytes];

/** Namespace and name of the target, in front of the id. */
const inboxName = [...field(0x0a, ascii("bench")), ...field(0x12, ascii("inbox"))];
const stringType = field(0x0a, ascii("io.statefun.types/string"));
/** Of a state that was changed: that it was, its name, and the type of its value. */
const changedHead = [0x08, 1, ...field(0x12, ascii("seen"))];
const intType = [...field(0x0a, ascii("io.statefun.types/int")), 0x10, 1];

let bytes: Uint8Array = new Uint8Array(0);
let position = 0;
let output = new Uint8Array(1_024);
let written = 0;

function varint(): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[position++] ?? 0;
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
}

function put(list: readonly number[]): void {
  for (const byte of list) output[written++] = byte;
}

function putVarint(value: number): void {
  let rest = value;
  for (; rest > 127; rest >>>= 7) output[written++] = (rest & 127) | 128;
  output[written++] = rest;
}

function putText(tag: number, text: string): void {
  output[written++] = tag;
  output[written++] = text.length;
  for (let index = 0; index < text.length; index += 1) output[written++] = text.charCodeAt(index);
}

/** The bytes of the value of a TypedValue; `end` is that of the field around it. */
function valueStart(end: number): number {
  while (position < end) {
    const tag = varint();
    if (tag === 0x10) varint();
    else {
      const length = varint();
      if (tag === 0x1a) return position;
      position += length;
    }
  }
  return end;
}

function readState(end: number): number {
  let seen = 0;
  while (position < end) {
    const tag = varint();
    const inner = varint() + position;
    // An int is a fixed32 behind its tag.
    if (tag === 0x12) {
      const at = valueStart(inner) + 1;
      seen = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    }
    position = inner;
  }
  return seen;
}

function readName(end: number): string {
  let name = "";
  while (position < end) {
    const tag = varint();
    const inner = varint() + position;
    if (tag === 0x12) {
      const from = valueStart(inner) + 2;
      const to = from + (bytes[from - 1] ?? 0);
      for (let at = from; at < to; at += 1) name += String.fromCharCode(bytes[at] ?? 0);
    }
    position = inner;
  }
  return name;
}

function writeGreeting(name: string, seen: number): void {
  const text = `Hello ${name} for the ${seen}th time`;
  const addressLength = inboxName.length + 2 + name.length;
  const valueLength = stringType.length + 2 + 2 + 2 + text.length;
  put([0x12, addressLength + 2 + valueLength + 2, 0x0a, addressLength]);
  put(inboxName);
  putText(0x1a, name);
  put([0x12, valueLength]);
  put(stringType);
  put([0x10, 1, 0x1a, text.length + 2]);
  putText(0x0a, text);
}

function writeState(seen: number): void {
  const valueLength = intType.length + 7;
  put([0x0a, changedHead.length + 2 + valueLength]);
  put(changedHead);
  put([0x1a, valueLength]);
  put(intType);
  put([0x1a, 5, 0x0d, seen & 255, (seen >>> 8) & 255, (seen >>> 16) & 255, 0]);
}

export async function handWritten(request: Uint8Array): Promise<Uint8Array> {
  bytes = request;
  position = 0;
  written = 8;
  if (output.length < request.length * 4) output = new Uint8Array(request.length * 4);
  let seen = 0;
  // The only field of the request.
  varint();
  varint();
  while (position < request.length) {
    const tag = varint();
    const end = varint() + position;
    if (tag === 0x12) seen = readState(end);
    else if (tag === 0x1a) writeGreeting(readName(end), ++seen);
    position = end;
  }
  writeState(seen);
  // Its length is known now, and stands in front of it.
  const length = written - 8;
  written = 0;
  putVarint(0x322);
  putVarint(length);
  const head = written;
  output.copyWithin(8 - head, 0, head);
  return output.slice(8 - head, 8 + length);
}
