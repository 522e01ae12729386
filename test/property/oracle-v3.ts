import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { DelayedEffect, InvocationOutcome, MissingValue, WireValue } from "statefun/protocol";
import {
  FromFunction_ExpirationSpec_ExpireMode as ExpireMode,
  type FromFunction,
  type FromFunction_DelayedInvocation,
  type FromFunction_PersistedValueSpec,
  FromFunctionSchema,
  FromFunction_PersistedValueMutation_MutationType as MutationType,
  ToFunctionSchema,
  type TypedValue,
  type TypedValueSchema,
} from "../gen/v3/request-reply_pb.ts";
import { addressFrom, addressTo, type Oracle, safeNumber, split, targetFrom } from "./oracle.ts";
import { wellTyped } from "./well-typed.ts";

function valueFrom(generated: TypedValue | undefined): WireValue {
  if (generated === undefined) return { typename: "", bytes: undefined, headers: [] };
  return {
    typename: generated.typename,
    bytes: generated.hasValue ? generated.value : undefined,
    headers: generated.metadata.map((header) => ({
      key: header.key,
      value: header.hasValue ? header.value : undefined,
    })),
  };
}

function valueTo(value: WireValue): MessageInitShape<typeof TypedValueSchema> {
  return {
    typename: value.typename,
    ...(value.bytes === undefined ? {} : { hasValue: true, value: value.bytes }),
    metadata: value.headers.map((header) =>
      header.value === undefined
        ? { key: header.key }
        : { key: header.key, hasValue: true, value: header.value },
    ),
  };
}

function delayedFrom(generated: FromFunction_DelayedInvocation): DelayedEffect {
  if (generated.isCancellationRequest) {
    return { kind: "cancel", cancellationToken: generated.cancellationToken };
  }
  return {
    kind: "send",
    delayMs: safeNumber(generated.delayInMs),
    target: targetFrom(generated.target),
    argument: valueFrom(generated.argument),
    cancellationToken: generated.cancellationToken === "" ? undefined : generated.cancellationToken,
  };
}

const modes = [
  [ExpireMode.NONE, "none"],
  [ExpireMode.AFTER_WRITE, "after-write"],
  [ExpireMode.AFTER_INVOKE, "after-call"],
] as const;

function missingFrom(generated: FromFunction_PersistedValueSpec): MissingValue {
  const spec = generated.expirationSpec;
  const mode = modes.find(([number]) => number === (spec?.mode ?? ExpireMode.NONE))?.[1] ?? "none";
  const afterMs = mode === "none" ? 0 : safeNumber(spec?.expireAfterMillis ?? 0n);
  return {
    name: generated.stateName,
    typename: generated.typeTypename,
    expiration: { mode, afterMs },
  };
}

function outcomeFrom(generated: FromFunction): InvocationOutcome {
  if (generated.response.case === "incompleteInvocationContext") {
    return { kind: "incomplete", missing: generated.response.value.missingValues.map(missingFrom) };
  }
  const result = generated.response.value;
  return {
    kind: "completed",
    mutations: (result?.stateMutations ?? []).map((mutation) => ({
      name: mutation.stateName,
      value:
        mutation.mutationType === MutationType.DELETE ? undefined : valueFrom(mutation.stateValue),
    })),
    messages: (result?.outgoingMessages ?? []).map((message) => ({
      target: targetFrom(message.target),
      argument: valueFrom(message.argument),
    })),
    delayed: (result?.delayedInvocations ?? []).map(delayedFrom),
    egresses: (result?.outgoingEgresses ?? []).map((record) => ({
      egress: `${record.egressNamespace}/${record.egressType}`,
      argument: valueFrom(record.argument),
    })),
  };
}

function responseTo(outcome: InvocationOutcome): MessageInitShape<typeof FromFunctionSchema> {
  if (outcome.kind === "incomplete") {
    const missingValues = outcome.missing.map((missing) => ({
      stateName: missing.name,
      typeTypename: missing.typename,
      expirationSpec: {
        mode: modes.find(([, mode]) => mode === missing.expiration.mode)?.[0] ?? ExpireMode.NONE,
        expireAfterMillis: BigInt(missing.expiration.afterMs),
      },
    }));
    return { response: { case: "incompleteInvocationContext", value: { missingValues } } };
  }
  return {
    response: {
      case: "invocationResult",
      value: {
        stateMutations: outcome.mutations.map(({ name, value }) =>
          value === undefined
            ? { stateName: name, mutationType: MutationType.DELETE }
            : { stateName: name, mutationType: MutationType.MODIFY, stateValue: valueTo(value) },
        ),
        outgoingMessages: outcome.messages.map((message) => ({
          target: addressTo(message.target),
          argument: valueTo(message.argument),
        })),
        delayedInvocations: outcome.delayed.map(delayedTo),
        outgoingEgresses: outcome.egresses.map((record) => {
          const [egressNamespace, egressType] = split(record.egress);
          return { egressNamespace, egressType, argument: valueTo(record.argument) };
        }),
      },
    },
  };
}

function delayedTo(effect: DelayedEffect) {
  if (effect.kind === "cancel") {
    return { isCancellationRequest: true, cancellationToken: effect.cancellationToken };
  }
  return {
    delayInMs: BigInt(effect.delayMs),
    target: addressTo(effect.target),
    argument: valueTo(effect.argument),
    cancellationToken: effect.cancellationToken ?? "",
  };
}

export const oracleV3: Oracle = {
  name: "v3",

  readRequest(bytes) {
    const batch = fromBinary(ToFunctionSchema, wellTyped(ToFunctionSchema, bytes)).request.value;
    if (batch?.target === undefined) return undefined;
    return {
      target: addressFrom(batch.target),
      state: new Map(
        batch.state.map((entry) => [
          entry.stateName,
          entry.stateValue === undefined ? undefined : valueFrom(entry.stateValue),
        ]),
      ),
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
            value === undefined ? { stateName } : { stateName, stateValue: valueTo(value) },
          ),
          invocations: batch.invocations.map(({ caller, argument }) =>
            caller === undefined
              ? { argument: valueTo(argument) }
              : { caller: addressTo(caller), argument: valueTo(argument) },
          ),
        },
      },
    });
    return toBinary(ToFunctionSchema, request);
  },

  readResponse: (bytes) =>
    outcomeFrom(fromBinary(FromFunctionSchema, wellTyped(FromFunctionSchema, bytes))),

  writeResponse: (outcome) =>
    toBinary(FromFunctionSchema, create(FromFunctionSchema, responseTo(outcome))),
};
