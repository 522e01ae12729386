import type { Dialect } from "../dialect.ts";
import { readAny, readStateBytes, stateFromParts, writeAny, writeStateBytes } from "./value.ts";

/** org.apache.flink.statefun.flink.core.polyglot: StateFun 2.0 to 2.2. */
export const dialectV2: Dialect = {
  name: "v2",
  features: { typedState: false, missingState: false, cancellation: false, headers: false },
  readValue: readAny,
  writeValue: writeAny,
  readState: readStateBytes,
  stateFromParts,
  writeState: writeStateBytes,
};
