import { StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";
import type { InvocationOutcome } from "../model/outcome.ts";
import type { ProtocolCodec } from "./codec.ts";
import type { Dialect } from "./dialect.ts";
import { readRequest } from "./read-request.ts";
import { readResponse } from "./read-response.ts";
import { writeRequest } from "./write-request.ts";
import { writeResponse } from "./write-response.ts";

/**
 * Both directions of one wire. The handler uses the two functions of its own side alone, so that a Worker
 * does not carry the other side.
 */
export function createCodec(
  dialect: Dialect,
  /** Egress records by their names in the model, and those on this wire. */
  recordNames: ReadonlyMap<string, string>,
): ProtocolCodec {
  const fromWire = new Map(Array.from(recordNames, ([model, wire]) => [wire, model]));
  return {
    name: dialect.name,
    features: dialect.features,
    decodeRequest: (bytes, limits) => readRequest(dialect, bytes, limits),
    encodeResponse: (outcome) =>
      complete("an InvocationOutcome", () => writeResponse(dialect, renamed(outcome, recordNames))),
    encodeRequest: (batch) => complete("an InvocationBatch", () => writeRequest(dialect, batch)),
    decodeResponse: (bytes, limits) => renamed(readResponse(dialect, bytes, limits), fromWire),
  };
}

/** A value that was made by hand may lack a part, or have one of another kind. */
function complete<T>(what: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (cause instanceof StateFunError) throw cause;
    const text = `expected ${what} with all its parts: ${reasonOf(cause)}`;
    throw new StateFunError("invalid_argument", text, { cause });
  }
}

function renamed(
  outcome: InvocationOutcome,
  names: ReadonlyMap<string, string>,
): InvocationOutcome {
  if (outcome.kind !== "completed" || names.size === 0) return outcome;
  const egresses = outcome.egresses.map(({ egress, argument }) => {
    const typename = names.get(argument.typename) ?? argument.typename;
    return { egress, argument: { ...argument, typename } };
  });
  return { ...outcome, egresses };
}
