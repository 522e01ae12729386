import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/*
 * What the function of the smoke suite reads and writes: the same code for both SDKs, so that it is no
 * difference between them. To the SDKs these messages are bytes.
 */

export const typenames = {
  interpreter: "statefun.smoke.e2e/command-interpreter-fn",
  sourceCommand: "statefun.smoke.e2e/source-command",
  commands: "statefun.smoke.e2e/commands",
  verificationResult: "statefun.smoke.e2e/verification-result",
  discarded: "statefun.smoke.e2e/discard-sink",
  verifications: "statefun.smoke.e2e/verification-sink",
} as const;

export interface Command {
  /** The field of the oneof. */
  kind: number;
  target: number;
  /** Not read: they are only sent on. */
  commands: Uint8Array;
  token: string;
  expected: number;
}

/** Calls back for each field with its number, and with the number or the bytes that it holds. */
function eachField(
  bytes: Uint8Array,
  take: (field: number, value: number, part: Uint8Array) => void,
): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    // The suite has no fields but varints and what has a length.
    const isPart = tag % 8 === 2;
    const part = isPart ? bytes.subarray(at, at + value) : none;
    if (isPart) at += value;
    take(tag >> 3, value, part);
  }
}

const none = new Uint8Array(0);
const text = new TextDecoder();

/** Of a message of `commands`. Fields 1 are targets and what is expected, 2 and 3 commands and tokens. */
export function readCommands(bytes: Uint8Array): Command[] {
  const all: Command[] = [];
  eachField(bytes, (_, __, member) =>
    eachField(member, (kind, ___, body) => {
      const command: Command = { kind, target: 0, commands: none, token: "", expected: 0 };
      eachField(body, (field, value, part) => {
        if (field === 1 && kind === 6) command.expected = value;
        else if (field === 1) command.target = value;
        else if (field === 2 && kind !== 7) command.commands = part;
        else command.token = text.decode(part);
      });
      all.push(command);
    }),
  );
  return all;
}

/** Of a message of `sourceCommand`, which has the commands in its field 2. */
export function readSourceCommand(bytes: Uint8Array): Command[] {
  let commands: Uint8Array = none;
  eachField(bytes, (field, _, part) => {
    if (field === 2) commands = part;
  });
  return readCommands(commands);
}

/** VerificationResult: id, expected, actual. proto3 leaves zeros out. */
export function verification(id: string, expected: number, actual: number): Uint8Array {
  const writer = new BinaryWriter();
  if (Number(id) !== 0) writer.tag(1, WireType.Varint).int32(Number(id));
  if (expected !== 0) writer.tag(2, WireType.Varint).int64(BigInt(expected));
  if (actual !== 0) writer.tag(3, WireType.Varint).int64(BigInt(actual));
  return writer.finish();
}
