import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { address, type Context, egress, type Message, type StatefulFunctions } from "statefun";
import type { RecordedTypes } from "./wire-types.ts";

/** One of the smoke suite's commands, test/gen-tools/proto/commands.proto. Nested commands stay bytes: they are only sent on. */
type Command =
  | { readonly kind: "increment" }
  | { readonly kind: "send"; readonly target: number; readonly commands: Uint8Array }
  | {
      readonly kind: "send-after";
      readonly target: number;
      readonly commands: Uint8Array;
      readonly token: string;
    }
  | { readonly kind: "send-egress" }
  | { readonly kind: "async" }
  | { readonly kind: "verify"; readonly expected: bigint }
  | { readonly kind: "cancel"; readonly token: string };

/** The last number, text and bytes of each field. */
interface Fields {
  readonly numbers: ReadonlyMap<number, bigint>;
  readonly parts: ReadonlyMap<number, Uint8Array>;
  /** All the occurrences of field 1. */
  readonly list: readonly Uint8Array[];
}

const none = new Uint8Array(0);

function readFields(bytes: Uint8Array): Fields {
  const numbers = new Map<number, bigint>();
  const parts = new Map<number, Uint8Array>();
  const list: Uint8Array[] = [];
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === WireType.Varint) numbers.set(field, BigInt(reader.int64()));
    else if (wireType === WireType.LengthDelimited) {
      const part = reader.bytes();
      parts.set(field, part);
      if (field === 1) list.push(part);
    } else reader.skip(wireType, field);
  }
  return { numbers, parts, list };
}

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes ?? none);

function readCommand(bytes: Uint8Array): Command {
  const [member] = readFields(bytes).parts;
  if (member === undefined) throw new Error("a command of no kind");
  const [kind, body] = member;
  const { numbers, parts } = readFields(body);
  const target = Number(numbers.get(1) ?? 0n);
  const commands = parts.get(2) ?? none;
  switch (kind) {
    case 1:
      return { kind: "increment" };
    case 2:
      return { kind: "send", target, commands };
    case 3:
      return { kind: "send-after", target, commands, token: textOf(parts.get(3)) };
    case 4:
      return { kind: "send-egress" };
    case 5:
      return { kind: "async" };
    case 6:
      return { kind: "verify", expected: numbers.get(1) ?? 0n };
    case 7:
      return { kind: "cancel", token: textOf(parts.get(2)) };
    default:
      throw new Error(`a command of the unknown kind ${kind}`);
  }
}

/** VerificationResult: id, expected, actual. proto3 leaves zeros out. */
function verification(id: string, expected: bigint, actual: number): Uint8Array {
  const writer = new BinaryWriter();
  if (Number(id) !== 0) writer.tag(1, WireType.Varint).int32(Number(id));
  if (expected !== 0n) writer.tag(2, WireType.Varint).int64(expected);
  if (actual !== 0) writer.tag(3, WireType.Varint).int64(BigInt(actual));
  return writer.finish();
}

const interpreter = "statefun.smoke.e2e/command-interpreter-fn";
const discarded = egress("statefun.smoke.e2e/discard-sink");
const verifications = egress("statefun.smoke.e2e/verification-sink");

type SmokeContext = Context<{ readonly state: RecordedTypes["count"] }>;

function interpret(context: SmokeContext, command: Command, types: RecordedTypes): void {
  const commandsTo = (target: number, commands: Uint8Array) =>
    [address(interpreter, String(target)), types.commands.of(commands)] as const;
  switch (command.kind) {
    case "increment":
      context.state.state = (context.state.state ?? 0) + 1;
      break;
    case "send":
      context.send(...commandsTo(command.target, command.commands));
      break;
    case "send-after": {
      const options = command.token === "" ? {} : { cancellationToken: command.token };
      context.sendAfter(1, ...commandsTo(command.target, command.commands), options);
      break;
    }
    case "send-egress":
      context.emit(discarded, types.text.of("discarded-message"));
      break;
    case "verify": {
      const result = verification(context.self.id, command.expected, context.state.state ?? 0);
      context.emit(verifications, types.verificationResult.of(result));
      break;
    }
    case "cancel":
      context.cancel(command.token);
      break;
    case "async":
      throw new Error("asynchronous operations are of the embedded SDK only");
  }
}

/** A SourceCommand wraps the commands that an ingress sends: its field 2. */
function commandsIn(message: Message, { sourceCommand, commands }: RecordedTypes): Uint8Array {
  if (message.is(commands)) return message.value;
  if (message.is(sourceCommand)) return readFields(message.value).parts.get(2) ?? none;
  throw new Error(`the commands are a ${message.typename}`);
}

export function bindSmoke(functions: StatefulFunctions, types: RecordedTypes): void {
  functions.bind(interpreter, { state: { state: types.count } }, (context, message) => {
    for (const command of readFields(commandsIn(message, types)).list) {
      interpret(context, readCommand(command), types);
    }
  });
}
