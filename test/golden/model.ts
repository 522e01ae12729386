import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type {
  DelayedEffect,
  InvocationBatch,
  InvocationOutcome,
  MissingValue,
  StateMutation,
  WireAddress,
  WireHeader,
  WireValue,
} from "statefun/protocol";
import { bytesFromHex, hexFromBytes, type Wire } from "./fixtures.ts";
import type {
  AddressMeaning,
  DelayedMeaning,
  HeaderMeaning,
  MissingMeaning,
  MutationMeaning,
  RequestMeaning,
  ResponseMeaning,
  StateMeaning,
  ValueMeaning,
} from "./meaning.ts";
import { meaningOf } from "./oracle.ts";

/** What protobuf allows and the model has no place for: it must be refused. */
export class NoModelError extends Error {}

function addressFromMeaning(meaning: AddressMeaning): WireAddress {
  return { typename: `${meaning.namespace}/${meaning.type}`, id: meaning.id };
}

function requiredAddress(meaning: AddressMeaning | null): WireAddress {
  if (meaning === null) throw new NoModelError("the model has no message without a target");
  return addressFromMeaning(meaning);
}

function headerFromMeaning(meaning: HeaderMeaning): WireHeader {
  return {
    key: meaning.key,
    value: meaning.has_value ? bytesFromHex(meaning.value) : undefined,
  };
}

const absent: WireValue = { typename: "", bytes: undefined, headers: [] };

/** The model names a record as v3 does, whatever the wire calls it. */
const renamed = /^type\.googleapis\.com\/org\.apache\.flink\.statefun\.flink\.io\.(K\w+Record)$/;

function valueFromMeaning(meaning: ValueMeaning | null, wire: Wire): WireValue {
  if (meaning === null) return absent;
  if (wire === "v2") {
    const url = meaning.type_url ?? "";
    return {
      typename: url.replace(renamed, "type.googleapis.com/io.statefun.sdk.egress.$1"),
      bytes: bytesFromHex(meaning.value),
      headers: [],
    };
  }
  return {
    typename: meaning.typename ?? "",
    // What hides behind has_value = false is not a value.
    bytes: meaning.has_value ? bytesFromHex(meaning.value) : undefined,
    headers: (meaning.metadata ?? []).map(headerFromMeaning),
  };
}

function anyBytes(typename: string, value: Uint8Array): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(typename);
  if (value.length > 0) writer.tag(2, WireType.LengthDelimited).bytes(value);
  return writer.finish();
}

/** A v2 state holds opaque bytes; those that an SDK would write for an Any are read as one. */
export function v2StateFromBytes(hex: string): WireValue | undefined {
  if (hex === "") return undefined;
  const raw: WireValue = { typename: "", bytes: bytesFromHex(hex), headers: [] };
  try {
    // The oracle gives an Any the two fields of its table.
    const any = meaningOf(bytesFromHex(hex), "Any", "v2") as { type_url: string; value: string };
    const value = bytesFromHex(any.value);
    const canonical = hexFromBytes(anyBytes(any.type_url, value)) === hex;
    return canonical && any.type_url !== ""
      ? { typename: any.type_url, bytes: value, headers: [] }
      : raw;
  } catch {
    return raw;
  }
}

function stateFromMeaning(meaning: StateMeaning, wire: Wire): WireValue | undefined {
  const { state_value: value } = meaning;
  if (typeof value === "string") return v2StateFromBytes(value);
  return value === null ? undefined : valueFromMeaning(value, wire);
}

export function batchFromMeaning(meaning: RequestMeaning, wire: Wire): InvocationBatch {
  const { invocation } = meaning;
  if (invocation === undefined)
    throw new NoModelError("the model has no request without an invocation");
  return {
    target: requiredAddress(invocation.target),
    // Same name twice: the last wins, as in the entries of a Map.
    state: new Map(
      invocation.state.map((state) => [state.state_name, stateFromMeaning(state, wire)]),
    ),
    invocations: invocation.invocations.map(({ caller, argument }) => ({
      caller: caller === null ? undefined : addressFromMeaning(caller),
      argument: valueFromMeaning(argument, wire),
    })),
  };
}

function safeInteger(decimal: string): number {
  if (Number.isSafeInteger(Number(decimal))) return Number(decimal);
  throw new NoModelError(`the model has no number ${decimal}`);
}

function mutationFromMeaning(meaning: MutationMeaning, wire: Wire): StateMutation {
  const { mutation_type: type, state_name: name } = meaning;
  if (type === "DELETE") return { name, value: undefined };
  if (type !== "MODIFY") throw new NoModelError(`the model has no mutation type ${type}`);
  // A MODIFY without bytes empties the state on v2, which is a value there.
  return { name, value: stateFromMeaning(meaning, wire) ?? absent };
}

function delayedFromMeaning(meaning: DelayedMeaning, wire: Wire): DelayedEffect {
  const cancellationToken = meaning.cancellation_token ?? "";
  if (meaning.is_cancellation_request) return { kind: "cancel", cancellationToken };
  return {
    kind: "send",
    delayMs: safeInteger(meaning.delay_in_ms),
    target: requiredAddress(meaning.target),
    argument: valueFromMeaning(meaning.argument, wire),
    cancellationToken: cancellationToken === "" ? undefined : cancellationToken,
  };
}

/** The runtime takes a mode that it does not know for none. */
const modes = new Map<string | number, MissingValue["expiration"]["mode"]>([
  ["NONE", "none"],
  ["AFTER_WRITE", "after-write"],
  ["AFTER_INVOKE", "after-call"],
]);

function missingFromMeaning(meaning: MissingMeaning): MissingValue {
  const mode = modes.get(meaning.expiration_spec?.mode ?? "NONE") ?? "none";
  return {
    name: meaning.state_name,
    typename: meaning.type_typename,
    expiration: { mode, afterMs: safeInteger(meaning.expiration_spec?.expire_after_millis ?? "0") },
  };
}

export function outcomeFromMeaning(meaning: ResponseMeaning, wire: Wire): InvocationOutcome {
  const incomplete = meaning.incomplete_invocation_context;
  if (incomplete !== undefined) {
    return { kind: "incomplete", missing: incomplete.missing_values.map(missingFromMeaning) };
  }
  // No member of the oneof: no effects.
  const result = meaning.invocation_result;
  return {
    kind: "completed",
    mutations: (result?.state_mutations ?? []).map((mutation) =>
      mutationFromMeaning(mutation, wire),
    ),
    messages: (result?.outgoing_messages ?? []).map(({ target, argument }) => ({
      target: requiredAddress(target),
      argument: valueFromMeaning(argument, wire),
    })),
    delayed: (result?.delayed_invocations ?? []).map((delayed) =>
      delayedFromMeaning(delayed, wire),
    ),
    egresses: (result?.outgoing_egresses ?? []).map((egress) => ({
      egress: `${egress.egress_namespace}/${egress.egress_type}`,
      argument: valueFromMeaning(egress.argument, wire),
    })),
  };
}
