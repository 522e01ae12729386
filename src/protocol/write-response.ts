import { StateFunError } from "../internal/errors.ts";
import type {
  Completed,
  DelayedEffect,
  InvocationOutcome,
  MissingValue,
} from "../model/outcome.ts";
import { writeAddress, writeTypename } from "./address.ts";
import { type Dialect, writeArgument } from "./dialect.ts";
import { resultTag } from "./read-request.ts";
import { WireWriter } from "./wire-writer.ts";

/** Field 101 of FromFunction, length-delimited. */
export const incompleteTag = 0x32a;
export const expirationModes = ["none", "after-write", "after-call"] as const;

/** `encodeResponse` of a codec. */
export function writeResponse(
  dialect: Dialect,
  outcome: InvocationOutcome,
): Uint8Array<ArrayBuffer> {
  const { features } = dialect;
  const writer = new WireWriter();
  if (outcome.kind === "completed") {
    writer.begin(resultTag);
    writeEffects(writer, outcome, dialect);
  } else {
    if (!features.missingState) throw unsupported("a missing state", dialect);
    writer.begin(incompleteTag);
    for (const missing of outcome.missing) writeMissing(writer, missing);
  }
  return writer.end().finish();
}

function writeEffects(writer: WireWriter, outcome: Completed, dialect: Dialect): void {
  for (const { name, value } of outcome.mutations) {
    writer.begin(0x0a);
    if (value !== undefined) writer.varint(0x08).varint(1);
    writer.text(0x12, name);
    if (value !== undefined) dialect.writeState(writer, 0x1a, value);
    writer.end();
  }
  for (const { target, argument } of outcome.messages) {
    writer.begin(0x12);
    writeAddress(writer, 0x0a, target);
    writeArgument(dialect, writer, 0x12, argument);
    writer.end();
  }
  for (const effect of outcome.delayed) writeDelayed(writer, effect, dialect);
  for (const { egress, argument } of outcome.egresses) {
    writeTypename(writer.begin(0x22), egress);
    writeArgument(dialect, writer, 0x1a, argument);
    writer.end();
  }
}

function writeDelayed(writer: WireWriter, effect: DelayedEffect, dialect: Dialect): void {
  const { kind, cancellationToken = "" } = effect;
  if ((kind === "cancel" || cancellationToken !== "") && !dialect.features.cancellation) {
    throw unsupported("a cancellation token", dialect);
  }
  writer.begin(0x1a);
  if (kind === "cancel") writer.varint(0x50).varint(1);
  else {
    writer.int64(0x08, effect.delayMs, "delayMs");
    writeAddress(writer, 0x12, effect.target);
    writeArgument(dialect, writer, 0x1a, effect.argument);
  }
  writer.text(0x5a, cancellationToken).end();
}

function writeMissing(writer: WireWriter, { name, typename, expiration }: MissingValue): void {
  writer.begin(0x0a).text(0x0a, name);
  const { mode, afterMs } = expiration;
  if (mode !== "none") {
    writer.begin(0x12).varint(0x08).varint(expirationModes.indexOf(mode));
    writer.int64(0x10, afterMs, "afterMs");
    writer.end();
  }
  writer.text(0x1a, typename).end();
}

function unsupported(what: string, { name }: Dialect): StateFunError {
  return new StateFunError("unsupported_by_wire", `wire ${name} cannot carry ${what}`);
}
