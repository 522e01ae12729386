import type { Dialect } from "../dialect.ts";
import { readAny, readStateBytes, writeAny, writeStateBytes } from "./value.ts";

/** org.apache.flink.statefun.flink.core.polyglot: StateFun 2.0 to 2.2. */
export const dialectV2: Dialect = {
  name: "v2",
  features: { typedState: false, missingState: false, cancellation: false, headers: false },
  readValue: readAny,
  writeValue: writeAny,
  readState: readStateBytes,
  writeState: writeStateBytes,
  // Records kept their fields and changed their package with 3.0. The model has the newer names.
  recordName: (typename) =>
    typename.replace(
      /^(type\.googleapis\.com\/)io\.statefun\.sdk\.egress\.(KafkaProducer|KinesisEgress)Record$/,
      "$1org.apache.flink.statefun.flink.io.$2Record",
    ),
};
