import { reasonOf } from "../../internal/show.ts";
import { valueInvalid } from "./create-type.ts";

/** Runs an encoder or a decoder that may throw anything: `value_invalid`, with the cause kept. */
export function coded<T>(typename: string, expected: string, value: unknown, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw valueInvalid(typename, `${expected} (${reasonOf(error)})`, value, error);
  }
}
