import { create } from "@bufbuild/protobuf";
import { Int64ValueSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { bytes, customType, int, string, type Type } from "statefun";
import { protobuf } from "statefun/protobuf";

/** The types by which the recorded functions of one wire spoke. */
export interface RecordedTypes {
  readonly count: Type<number>;
  readonly text: Type<string>;
  /** The smoke suite's commands, as the bytes that they are. */
  readonly sourceCommand: Type<Uint8Array>;
  readonly commands: Type<Uint8Array>;
  readonly verificationResult: Type<Uint8Array>;
}

/** v3: the built-in types, and plain protobuf bytes by their names in the suite. */
export function v3Types(): RecordedTypes {
  return {
    count: int,
    text: string,
    sourceCommand: bytes("statefun.smoke.e2e/source-command"),
    commands: bytes("statefun.smoke.e2e/commands"),
    verificationResult: bytes("statefun.smoke.e2e/verification-result"),
  };
}

const smokePackage = "type.googleapis.com/org.apache.flink.statefun.e2e.smoke";

/** v2 knows protobuf messages only, so numbers and texts are wrapped. */
export function v2Types(): RecordedTypes {
  const int64 = protobuf(Int64ValueSchema);
  const text = protobuf(StringValueSchema);
  return {
    count: customType({
      typename: int64.typename,
      encode: (value: number) => int64.encode(create(Int64ValueSchema, { value: BigInt(value) })),
      decode: (stored) => Number(int64.decode(stored).value),
    }),
    text: customType({
      typename: text.typename,
      encode: (value: string) => text.encode(create(StringValueSchema, { value })),
      decode: (stored) => text.decode(stored).value,
    }),
    sourceCommand: bytes(`${smokePackage}.SourceCommand`),
    commands: bytes(`${smokePackage}.Commands`),
    verificationResult: bytes(`${smokePackage}.VerificationResult`),
  };
}
