import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import type { WireValue } from "statefun/protocol";
import {
  FromFunctionSchema,
  FromFunction_PersistedValueMutation_MutationType as MutationType,
  ToFunctionSchema,
} from "../gen/v2/request-reply_pb.ts";
import { addressFrom, addressTo, type Oracle, safeNumber, split, targetFrom } from "./oracle.ts";
import { wellTyped } from "./well-typed.ts";

function valueFrom(generated: Any | undefined): WireValue {
  return { typename: generated?.typeUrl ?? "", bytes: generated?.value, headers: [] };
}

/** Egress records have the names of 3.x in the model. */
const renamed = [
  [
    "type.googleapis.com/org.apache.flink.statefun.flink.io.KafkaProducerRecord",
    "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord",
  ],
  [
    "type.googleapis.com/org.apache.flink.statefun.flink.io.KinesisEgressRecord",
    "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord",
  ],
] as const;

function recordFrom(value: WireValue): WireValue {
  const typename = renamed.find(([onWire]) => onWire === value.typename)?.[1];
  return typename === undefined ? value : { ...value, typename };
}

function recordTo(value: WireValue): WireValue {
  const typename = renamed.find(([, inModel]) => inModel === value.typename)?.[0];
  return typename === undefined ? value : { ...value, typename };
}

function anyTo(value: WireValue): Any {
  return create(AnySchema, { typeUrl: value.typename, value: value.bytes ?? new Uint8Array() });
}

/** The Python 2.x SDK stores an Any. Whatever is not exactly one, as any SDK writes it, is raw. */
function stateFrom(raw: Uint8Array): WireValue | undefined {
  if (raw.length === 0) return undefined;
  try {
    const any = fromBinary(AnySchema, raw, { readUnknownFields: false });
    const canonical = Buffer.from(toBinary(AnySchema, any)).equals(raw);
    if (canonical && any.typeUrl !== "") return valueFrom(any);
  } catch {
    // No Any at all.
  }
  return { typename: "", bytes: raw, headers: [] };
}

function stateTo(value: WireValue): Uint8Array {
  if (value.typename === "") return value.bytes ?? new Uint8Array();
  return toBinary(AnySchema, anyTo(value));
}

export const oracleV2: Oracle = {
  name: "v2",

  readRequest(bytes) {
    const batch = fromBinary(ToFunctionSchema, wellTyped(ToFunctionSchema, bytes)).request.value;
    if (batch?.target === undefined) return undefined;
    return {
      target: addressFrom(batch.target),
      state: new Map(batch.state.map((entry) => [entry.stateName, stateFrom(entry.stateValue)])),
      invocations: batch.invocations.map((invocation) => ({
        caller: invocation.caller === undefined ? undefined : addressFrom(invocation.caller),
        argument: valueFrom(invocation.argument),
      })),
    };
  },

  writeRequest(batch) {
    const request = create(ToFunctionSchema, {
      request: {
        case: "invocation",
        value: {
          target: addressTo(batch.target),
          state: [...batch.state].map(([stateName, value]) =>
            value === undefined ? { stateName } : { stateName, stateValue: stateTo(value) },
          ),
          invocations: batch.invocations.map(({ caller, argument }) =>
            caller === undefined
              ? { argument: anyTo(argument) }
              : { caller: addressTo(caller), argument: anyTo(argument) },
          ),
        },
      },
    });
    return toBinary(ToFunctionSchema, request);
  },

  readResponse(bytes) {
    const result = fromBinary(FromFunctionSchema, wellTyped(FromFunctionSchema, bytes)).response
      .value;
    return {
      kind: "completed",
      mutations: (result?.stateMutations ?? []).map((mutation) => ({
        name: mutation.stateName,
        value:
          mutation.mutationType === MutationType.DELETE
            ? undefined
            : (stateFrom(mutation.stateValue) ?? valueFrom(undefined)),
      })),
      messages: (result?.outgoingMessages ?? []).map((message) => ({
        target: targetFrom(message.target),
        argument: valueFrom(message.argument),
      })),
      delayed: (result?.delayedInvocations ?? []).map((delayed) => ({
        kind: "send" as const,
        delayMs: safeNumber(delayed.delayInMs),
        target: targetFrom(delayed.target),
        argument: valueFrom(delayed.argument),
        cancellationToken: undefined,
      })),
      egresses: (result?.outgoingEgresses ?? []).map((record) => ({
        egress: `${record.egressNamespace}/${record.egressType}`,
        argument: recordFrom(valueFrom(record.argument)),
      })),
    };
  },

  writeResponse(outcome) {
    if (outcome.kind !== "completed") throw new TypeError("v2 has no incomplete outcome");
    const response = create(FromFunctionSchema, {
      response: {
        case: "invocationResult",
        value: {
          stateMutations: outcome.mutations.map(({ name, value }) =>
            value === undefined
              ? { stateName: name, mutationType: MutationType.DELETE }
              : { stateName: name, mutationType: MutationType.MODIFY, stateValue: stateTo(value) },
          ),
          outgoingMessages: outcome.messages.map((message) => ({
            target: addressTo(message.target),
            argument: anyTo(message.argument),
          })),
          delayedInvocations: outcome.delayed.map((effect) => {
            if (effect.kind === "cancel") throw new TypeError("v2 has no cancellation");
            return {
              delayInMs: BigInt(effect.delayMs),
              target: addressTo(effect.target),
              argument: anyTo(effect.argument),
            };
          }),
          outgoingEgresses: outcome.egresses.map((record) => {
            const [egressNamespace, egressType] = split(record.egress);
            return { egressNamespace, egressType, argument: anyTo(recordTo(record.argument)) };
          }),
        },
      },
    });
    return toBinary(FromFunctionSchema, response);
  },
};
