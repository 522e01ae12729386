import type { StateFunErrorCode } from "statefun";

export type Sdk = "java" | "js" | "python" | "go";

/** Whose answer ours is: an SDK's, a refusal with this code, or `ours` when no SDK does the same. */
export type Follows = Sdk | StateFunErrorCode | "ours";

export interface Deviation {
  readonly file: string;
  /** The fixture's `case`. */
  readonly case: string;
  readonly follows: Follows;
  readonly reason: string;
  /** What we give when it is `ours`, in hex; without it the test knows. */
  readonly gives?: string;
}

const inFile =
  (file: string) =>
  (name: string, follows: Follows, reason: string, gives?: string): Deviation => ({
    file,
    case: name,
    follows,
    reason,
    ...(gives === undefined ? {} : { gives }),
  });

const values = inFile("values.json");
const requests = inFile("requests.json");
const v3 = inFile("exchanges-v3.json");
const v2 = inFile("exchanges-v2.json");
const metadata = inFile("metadata.json");
const malformed = inFile("malformed.json");

/** The Any of v2-any/DoubleValue-7 with the value that Python drops. */
const minusZero =
  "0a2f747970652e676f6f676c65617069732e636f6d2f676f6f676c652e70726f746f6275662e446f75626c6556616c7565" +
  "1209090000000000000080";

/** The response to v2's delayed/zero: the message of delayed/1s, and no field for the delay. */
const zeroDelay =
  "a206521a5012180a0a676f6c64656e2e666e7312056f746865721a036f2d311a340a2e747970652e676f6f676c65617069" +
  "732e636f6d2f676f6f676c652e70726f746f6275662e496e74363456616c756512020805";

/**
 * Where SDKs differ we do as the JavaScript one when it serializes and executes, and as the Go one when it
 * parses. These are the cases where we do not. A line that says nothing new fails.
 */
export const deviations: readonly Deviation[] = [
  values("float/nan", "java", "the canonical NaN, which the others write"),
  values("float/negative-nan", "ours", "JavaScript has one NaN, written canonically", "0d0000c07f"),
  values("float/signalling-nan", "ours", "JavaScript has one NaN", "0d0000c07f"),
  values("proto/int64-max", "python", "a bigint holds every int64"),
  values("decode-float/nan-all-ones", "js", "JavaScript has one NaN"),
  values("decode-double/nan-all-ones", "python", "JavaScript has one NaN"),
  values("v2-any/DoubleValue-7", "ours", "the sign of a zero is a part of the value", minusZero),

  requests("state/value-but-has-value-false", "ours", "bytes without has_value are no value"),
  requests("argument/value-but-has-value-false", "ours", "bytes without has_value are no value"),
  requests("merge/has-value-twice", "ours", "bytes without has_value are no value"),
  requests("state/same-name-twice", "ours", "the last one wins when read, so one is left"),
  requests("oneof/no-oneof", "malformed_request", "a request without an invocation is none"),

  v3("incomplete/none-six-types", "java", "no expiration is left out, as JavaScript leaves it out"),
  v3("incomplete/both-modes-on-one", "invalid_argument", "a value expires in one way"),
  v3("incomplete/zero-ms-write", "invalid_argument", "some take a TTL of 0 for never"),
  v3("state-names/undeclared-hasOwnProperty", "java", "a state may have any name"),
  v3("state-names/declared-hasOwnProperty", "java", "a state may have any name"),
  v3("state-names/declared-toString", "java", "a state may have any name"),
  v3("state-names/declared-valueOf", "java", "a state may have any name"),
  v3("state-names/underscores-and-digits", "java", "a state may have any name"),
  v3("send/float-minus-zero", "go", "the sign of a zero is a part of the value"),
  v3("send-typenames/typename-two-slashes", "invalid_argument", "two slashes crash the runtime"),
  v3("reply/caller-empty-id", "java", "an empty id is an id"),
  v3("delayed/with-empty-token", "invalid_argument", "an empty token crashes the runtime"),
  v3("delayed/same-token-twice", "token_pending", "a pending token crashes the runtime"),
  v3("kafka/int32-value-negative", "invalid_argument", "a number has no bytes without a type"),
  v3("kafka/int64-value", "invalid_argument", "a number has no bytes without a type"),
  v3("kafka/float32-value", "invalid_argument", "a number has no bytes without a type"),
  v3("kafka/float64-value", "invalid_argument", "a number has no bytes without a type"),
  v3("kinesis/int32-value", "invalid_argument", "a number has no bytes without a type"),
  v3("odd-request/argument-has-value-false-echo", "python", "no value reads as zero bytes"),
  v3("odd-bytes/invocation-twice", "java", "protobuf merges the two"),
  v3("odd-bytes/explicit-empty-caller", "java", "a caller without a name is none"),
  v3("odd-bytes/wrong-version-v2-any", "python", "a wrong wire type is an unknown field"),

  v2("state/set-empty-any", "invalid_argument", "a value has a type"),
  v2("send/raw-any-no-url", "invalid_argument", "a message has a type"),
  v2("send/typename-two-slashes", "invalid_argument", "a function has one slash"),
  v2("delayed/zero", "ours", "no delay is a delay of 0 ms", zeroDelay),

  metadata("official-sdks/argument-in-two-parts", "java", "protobuf merges the two"),
  metadata("official-sdks/entry-cut", "malformed_request", "the fork's parser refuses it as well"),

  malformed("varint/unknown-10-bytes-overflow", "python", "bits that nobody reads are skipped"),
  malformed("amplification/100k-empty-invocations", "limit_exceeded", "counts are limited as well"),
];

export function deviationOf(file: string, name: string): Deviation | undefined {
  return deviations.find((deviation) => deviation.file === file && deviation.case === name);
}
