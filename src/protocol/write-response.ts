import type {
  Completed,
  DelayedEffect,
  InvocationOutcome,
  MissingValue,
} from "../model/outcome.ts";
import { writeAddress, writeTypename } from "./address.ts";
import { type Dialect, writeArgument } from "./dialect.ts";
import { resultTag } from "./read-request.ts";
import { unsupported, WireWriter } from "./wire-writer.ts";

/** Field 101 of FromFunction, length-delimited. */
export const incompleteTag = 0x32a;
export const expirationModes = ["none", "after-write", "after-call"] as const;

/** `encodeResponse` of a codec. */
export function writeResponse(
  dialect: Dialect,
  outcome: InvocationOutcome,
): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  if (outcome.kind === "completed") {
    writer.begin(resultTag);
    writeEffects(writer, outcome, dialect);
  } else {
    if (!dialect.features.missingState) throw unsupported("a missing state", dialect.name);
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
    writer.begin(0x22);
    writeTypename(writer, egress);
    const typename = dialect.recordName(argument.typename);
    writeArgument(dialect, writer, 0x1a, { ...argument, typename });
    writer.end();
  }
}

function writeDelayed(writer: WireWriter, effect: DelayedEffect, dialect: Dialect): void {
  const { cancellationToken } = effect;
  if (cancellationToken !== undefined && !dialect.features.cancellation) {
    throw unsupported("a cancellation token", dialect.name);
  }
  writer.begin(0x1a);
  if (effect.kind === "send") {
    if (effect.delayMs !== 0) writer.varint(0x08).varint(effect.delayMs);
    writeAddress(writer, 0x12, effect.target);
    writeArgument(dialect, writer, 0x1a, effect.argument);
  } else writer.varint(0x50).varint(1);
  writer.text(0x5a, cancellationToken ?? "");
  writer.end();
}

function writeMissing(writer: WireWriter, { name, typename, expiration }: MissingValue): void {
  writer.begin(0x0a).text(0x0a, name);
  const mode = expirationModes.indexOf(expiration.mode);
  if (mode > 0) {
    writer.begin(0x12).varint(0x08).varint(mode);
    if (expiration.afterMs !== 0) writer.varint(0x10).varint(expiration.afterMs);
    writer.end();
  }
  writer.text(0x1a, typename);
  writer.end();
}
