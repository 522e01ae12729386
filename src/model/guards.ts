import { isRecord, isWellFormed } from "../internal/assert.ts";
import type { WireAddress, WireHeader, WireValue } from "./invocation.ts";

export function isAddress(value: unknown): value is WireAddress {
  return isRecord(value) && isText(value["typename"]) && isText(value["id"]);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

export function isValue(value: unknown): value is WireValue {
  if (!isRecord(value)) return false;
  const { typename, bytes, headers } = value;
  if (!isText(typename) || !isOptionalBytes(bytes)) return false;
  return Array.isArray(headers) && headers.every(isHeader);
}

function isHeader(value: unknown): value is WireHeader {
  return isRecord(value) && isText(value["key"]) && isOptionalBytes(value["value"]);
}

function isOptionalBytes(value: unknown): value is Uint8Array | undefined {
  return value === undefined || value instanceof Uint8Array;
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && isWellFormed(value);
}
