import { type Dialect, valueFromParts } from "../dialect.ts";
import { readTypedValue, writeTypedValue } from "./value.ts";

/** io.statefun.sdk.reqreply: StateFun 3.0 and later. */
export const dialectV3: Dialect = {
  name: "v3",
  features: { typedState: true, missingState: true, cancellation: true, headers: true },
  readValue: readTypedValue,
  writeValue: writeTypedValue,
  readState: readTypedValue,
  stateFromParts: valueFromParts,
  writeState: writeTypedValue,
};
