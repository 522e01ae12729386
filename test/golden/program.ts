import {
  address,
  anyValue,
  type Context,
  egress,
  invocationHandler,
  type Message,
  NonRetryableError,
  StatefulFunctions,
  type StateSpecs,
  type Typename,
  type ValueSpec,
} from "statefun";
import { type KafkaRecord, kafkaEgress } from "statefun/kafka";
import { type KinesisRecord, kinesisEgress } from "statefun/kinesis";
import { bytesFromHex, type Hex, type Item, type Wire } from "./fixtures.ts";
import type { RequestMeaning, ResponseMeaning, StateMeaning } from "./meaning.ts";
import { messageFrom, type TypedFixture, typeNamed, valueFrom } from "./types.ts";

interface Expiration {
  readonly mode: "write" | "call";
  readonly ms: number;
}
interface Spec {
  readonly name: string;
  readonly type: string;
  readonly expire?: Expiration | readonly Expiration[];
}
/** A record's value or key: `implicit` numbers were left to the builder, without a type. */
interface Plain extends TypedFixture {
  readonly utf8?: string;
  readonly bytes?: string;
  readonly implicit?: string;
}
interface Op {
  readonly op: string;
  readonly state?: string;
  readonly value?: Plain;
  readonly by?: number;
  readonly text?: string;
  readonly to?: { readonly typename: string; readonly id: string };
  readonly delayMs?: number;
  readonly token?: string;
  readonly egress?: string;
  readonly topic?: string;
  readonly key?: Plain | string;
  readonly stream?: string;
  readonly partitionKey?: string;
  readonly hashKey?: string;
}
export interface ExchangeItem extends Item {
  readonly function: {
    readonly typename: string;
    readonly specs?: readonly Spec[];
    readonly program:
      | { readonly each: readonly Op[] }
      | { readonly perInvocation: readonly (readonly Op[])[] };
  };
  readonly request: { readonly hex: Hex; readonly meaning: RequestMeaning };
  readonly response: { readonly hex: Hex; readonly meaning: ResponseMeaning } | null;
  readonly rejectedBy?: Readonly<Record<string, string>>;
}

type States = Record<string, unknown>;
type GoldenContext = Context<StateSpecs, unknown, Message>;

function specFromFixture(spec: Spec): ValueSpec {
  const type = typeNamed(spec.type);
  const options = (spec.expire === undefined ? [] : [spec.expire].flat()).map(({ mode, ms }) =>
    mode === "write" ? { expireAfterWriteMs: ms } : { expireAfterCallMs: ms },
  );
  // Both expirations on one value do not compile, and are refused when they come at run time.
  return Object.assign({ type }, ...options) as ValueSpec;
}

/** v2 programs declare nothing: module.yaml does, so what the request lists is what there is. */
function statesOf(item: ExchangeItem): StateSpecs {
  const specs = (item.function.specs ?? []).map((spec) => [spec.name, specFromFixture(spec)]);
  const listed = item.wire === "v2" ? (item.request.meaning.invocation?.state ?? []) : [];
  return Object.fromEntries([
    ...specs,
    ...listed.map(({ state_name: name }: StateMeaning) => [name, anyValue]),
  ]);
}

function plainValue(value: Plain): string | Uint8Array | Message {
  if (value.utf8 !== undefined) return value.utf8;
  if (value.bytes !== undefined) return bytesFromHex(value.bytes);
  // A number has no bytes of its own: what JavaScript would pass is handed on as it is.
  if (value.implicit !== undefined) {
    return valueFrom({ ...value, type: value.implicit === "int64" ? "long" : "int" }) as string;
  }
  return messageFrom(value);
}

/** A key is text on the wire, so whoever has bytes must decode them. */
function keyText(key: Plain | string): string {
  if (typeof key === "string") return key;
  if (key.utf8 !== undefined) return key.utf8;
  const bytes = key.bytes === undefined ? messageFrom(key).bytes : bytesFromHex(key.bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new NonRetryableError("a Kafka key must be text", { cause });
  }
}

type Step = (context: GoldenContext, op: Op, message: Message) => void;

function target(op: Op) {
  // Fixtures hold typenames as plain strings; the SDK checks them.
  return address((op.to?.typename ?? "") as Typename, op.to?.id ?? "");
}

function outgoing(op: Op): Message {
  if (op.value === undefined) throw new Error(`${op.op} without a value`);
  return messageFrom(op.value);
}

function sendAfter(context: GoldenContext, op: Op): void {
  const { token, delayMs = 0 } = op;
  const options = token === undefined ? {} : { cancellationToken: token };
  context.sendAfter(delayMs, target(op), outgoing(op), options);
}

function kafka(context: GoldenContext, op: Op): void {
  const record: KafkaRecord = {
    topic: op.topic ?? "",
    value: plainValue(op.value ?? {}),
    ...(op.key === undefined ? {} : { key: keyText(op.key) }),
  };
  context.emit(kafkaEgress(op.egress as Typename), record);
}

function kinesis(context: GoldenContext, op: Op): void {
  const record: KinesisRecord = {
    stream: op.stream ?? "",
    partitionKey: op.partitionKey ?? "",
    value: plainValue(op.value ?? {}),
    ...(op.hashKey === undefined ? {} : { explicitHashKey: op.hashKey }),
  };
  context.emit(kinesisEgress(op.egress as Typename), record);
}

function reply(wire: Wire): Step {
  return (context, op) => {
    // The v2 programs always try.
    if (wire === "v2" || context.caller !== undefined) context.reply(outgoing(op));
  };
}

const int64 = { proto: "google.protobuf.Int64Value" };

function sum(value: unknown, by: number): unknown {
  return typeof value === "bigint" ? value + BigInt(by) : Number(value ?? 0) + by;
}

/** A v2 state is an Any, which the program reads as the Int64Value that it writes. */
function add(wire: Wire): Step {
  return (context, op) => {
    const [states, name, by] = [context.state as States, op.state ?? "", op.by ?? 0];
    if (wire === "v3") {
      states[name] = sum(states[name], by);
      return;
    }
    const stored = states[name] as Message | undefined;
    const before = (stored?.as(typeNamed(`proto:${int64.proto}`)) as { value: bigint } | undefined)
      ?.value;
    const after = (before ?? 0n) + BigInt(by);
    states[name] = messageFrom({ ...int64, fields: { value: after.toString() } });
  };
}

function sendState(specs: readonly Spec[]): Step {
  return (context, op) => {
    const value = (context.state as States)[op.state ?? ""];
    if (value === undefined) return;
    const spec = specs.find(({ name }) => name === op.state);
    context.send(
      target(op),
      spec === undefined ? (value as Message) : typeNamed(spec.type).of(value),
    );
  };
}

function stepsOf(item: ExchangeItem): ReadonlyMap<string, Step> {
  const { wire } = item;
  const valueToStore = (value: TypedFixture) =>
    wire === "v2" ? messageFrom(value) : valueFrom(value);
  return new Map<string, Step>([
    ["set", ({ state }, op) => ((state as States)[op.state ?? ""] = valueToStore(op.value ?? {}))],
    ["delete", (context, op) => context.clear(op.state ?? "")],
    ["read", ({ state }, op) => void (state as States)[op.state ?? ""]],
    ["add", add(wire)],
    [
      "append",
      ({ state }, op) => {
        const states = state as States;
        states[op.state ?? ""] = String(states[op.state ?? ""] ?? "") + op.text;
      },
    ],
    ["sendState", sendState(item.function.specs ?? [])],
    ["send", (context, op) => context.send(target(op), outgoing(op))],
    ["echo", (context, op, message) => context.send(target(op), message)],
    ["sendAfter", sendAfter],
    ["cancel", (context, op) => context.cancel(op.token ?? "")],
    ["reply", reply(wire)],
    ["egress", (context, op) => context.emit(egress(op.egress as Typename), outgoing(op))],
    ["kafka", kafka],
    ["kinesis", kinesis],
  ]);
}

/** Binds the program and answers the request: whatever fails, at the binding too, is the SDK's refusal. */
export async function runProgram(item: ExchangeItem): Promise<Uint8Array> {
  const { typename, program } = item.function;
  const steps = stepsOf(item);
  let index = 0;
  const functions = new StatefulFunctions();
  functions.bind(typename as Typename, { state: statesOf(item) }, (context, message) => {
    const ops = "each" in program ? program.each : (program.perInvocation[index++] ?? []);
    for (const op of ops) {
      const step = steps.get(op.op);
      if (step === undefined) throw new Error(`no operation ${op.op} in the tests`);
      step(context, op, message);
    }
  });
  const handle = invocationHandler(functions, { protocol: item.wire, onError: () => {} });
  return await handle(bytesFromHex(item.request.hex));
}
