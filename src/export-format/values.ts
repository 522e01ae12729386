import type { WireAddress, WireHeader, WireValue } from "../model/invocation.ts";
import { base64Of, bytesFromBase64 } from "./base64.ts";
import type { EngineState } from "./engine-records.ts";
import type { ExportedAddress, ExportedState, ExportedValue } from "./records.ts";

/** The same value for people, or undefined where it cannot be shown. */
export type Readable = (value: WireValue) => unknown;

export const notReadable: Readable = () => undefined;

export function exportedAddress({ typename, id }: WireAddress): ExportedAddress {
  return { function: typename, id };
}

export function addressFrom(exported: ExportedAddress): WireAddress {
  return { typename: exported.function, id: exported.id };
}

type Writable<T> = { -readonly [name in keyof T]: T[name] };

export function exportedValue(value: WireValue, readable: Readable): ExportedValue {
  return written(value, readable);
}

function written(value: WireValue, readable: Readable): Writable<ExportedState> {
  const { typename, bytes, headers } = value;
  // Field by field: spreads would take longer than the values themselves.
  const exported: Writable<ExportedState> = { type: typename };
  if (bytes !== undefined) exported.bytes = base64Of(bytes);
  if (headers.length > 0) exported.headers = headers.map(exportedHeader);
  const shown = bytes === undefined ? undefined : readable(value);
  if (shown !== undefined) exported.value = shown;
  return exported;
}

/** With bytes of its own. */
export function valueFrom({ type, bytes, headers = [] }: ExportedValue): WireValue {
  return { typename: type, bytes: bytesOf(bytes), headers: headers.map(headerFrom) };
}

export function exportedState(
  { value, expiresAt }: EngineState,
  readable: Readable,
): ExportedState {
  const exported = written(value, readable);
  if (expiresAt !== undefined) exported.expiresAt = expiresAt;
  return exported;
}

export function stateFrom(exported: ExportedState): EngineState {
  return { value: valueFrom(exported), expiresAt: exported.expiresAt };
}

function exportedHeader({ key, value }: WireHeader): { key: string; value?: string } {
  return { key, ...(value === undefined ? {} : { value: base64Of(value) }) };
}

function headerFrom(header: { readonly key: string; readonly value?: string }): WireHeader {
  return { key: header.key, value: bytesOf(header.value) };
}

function bytesOf(base64: string | undefined): Uint8Array | undefined {
  return base64 === undefined ? undefined : bytesFromBase64(base64);
}
