import { base64FromBytes, textFromBytes } from "./as-curl.ts";

/** How a value is written by hand. */
export type ValueForm = "json" | "text" | "base64";

export interface ValueText {
  readonly form: ValueForm;
  readonly text: string;
}

const scalarPrefix = "io.statefun.types/";
export const stringType: string = `${scalarPrefix}string`;

export const mediaTypes: { readonly [form in ValueForm]: string } = {
  json: "application/json",
  text: "text/plain",
  base64: "application/octet-stream",
};

/** The bytes of a value as an operator edits them. */
export function textOfValue(typename: string, bytes: Uint8Array): ValueText {
  if (typename === stringType) {
    const text = textFromBytes(bytes.length === 0 ? bytes : bytes.subarray(afterLength(bytes)));
    return text === undefined ? base64Text(bytes) : { form: "text", text };
  }
  if (typename.startsWith(scalarPrefix)) {
    const text = scalarText(typename.slice(scalarPrefix.length), bytes);
    return text === undefined ? base64Text(bytes) : { form: "json", text };
  }
  const text = textFromBytes(bytes);
  const isJson = text !== undefined && problemOf({ form: "json", text }) === undefined;
  return isJson ? { form: "json", text: indented(text) } : base64Text(bytes);
}

/** What is sent for it. Only for what has no `problemOf`. */
export function bodyOfValue({ form, text }: ValueText): string | Uint8Array<ArrayBuffer> {
  if (form === "text") return text;
  if (form === "json") return compact(text);
  return Uint8Array.from(atob(text.replace(/\s/g, "")), (one) => one.charCodeAt(0));
}

/** Why it cannot be sent; undefined: it can. The server checks the rest. */
export function problemOf(value: ValueText): string | undefined {
  try {
    if (value.form === "json") JSON.parse(value.text);
    else bodyOfValue(value);
    return undefined;
  } catch (error) {
    return value.form === "json"
      ? `This is no JSON: ${Object(error).message}`
      : "this is not base64";
  }
}

/** A typename as a header: the bytes of UTF-8, one character each. */
export function headerText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** JSON without blanks between its parts. Its numbers and texts stay as they were typed: to parse it would change large numbers. */
export function compact(json: string): string {
  return json.replace(/("(?:\\.|[^"\\])*")|\s+/gs, (_, quoted: string | undefined) => quoted ?? "");
}

/** Indented where that changes nothing but blanks. */
function indented(json: string): string {
  const value: unknown = JSON.parse(json);
  return JSON.stringify(value) === compact(json) ? JSON.stringify(value, null, 2) : json;
}

/** Scalars are messages of Protobuf with one field: a tag, and a value of a fixed or a variable length. Nothing is the default. */
function scalarText(name: string, bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isEmpty = bytes.length === 0;
  try {
    switch (name) {
      case "bool":
        return String(!isEmpty && bytes[1] !== 0);
      case "int":
        return String(isEmpty ? 0 : view.getInt32(1, true));
      case "long":
        // JSON has no integers beyond 2^53: the server takes them as texts.
        return `"${isEmpty ? 0 : view.getBigInt64(1, true)}"`;
      case "float":
        return numberText(isEmpty ? 0 : view.getFloat32(1, true));
      case "double":
        return numberText(isEmpty ? 0 : view.getFloat64(1, true));
      default:
        return undefined;
    }
  } catch {
    // Shorter than its type.
    return undefined;
  }
}

function numberText(value: number): string {
  return JSON.stringify(Number.isFinite(value) ? value : String(value));
}

/** Behind the tag and the length of a text. */
function afterLength(bytes: Uint8Array): number {
  return bytes.findIndex((byte, index) => index > 0 && byte < 0x80) + 1;
}

function base64Text(bytes: Uint8Array): ValueText {
  return { form: "base64", text: base64FromBytes(bytes) };
}
