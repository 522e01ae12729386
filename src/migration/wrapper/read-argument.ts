import type { InstanceLine } from "../../export-format/records.ts";
import { assertLine } from "../../export-format/shapes.ts";
import { invalid, isRecord, isWellFormed } from "../../internal/assert.ts";
import { noBytes, textFromBytes } from "../../internal/bytes.ts";
import { reasonOf, show } from "../../internal/show.ts";

/** By which the answers to one run differ from those to another. */
export interface RequestName {
  readonly request?: string;
}

/** The argument of an import, as JSON in UTF-8. An `InstanceLine` by itself is one, too. */
export interface ImportArgument extends RequestName {
  readonly instance: InstanceLine;
  /** Whether values that are there already may be overwritten. Absent for no. */
  readonly replace?: boolean;
}

const maxNameLetters = 255;

/** The argument of an export: nothing, or a name as UTF-8. */
export function readRequestName(bytes: Uint8Array = noBytes): RequestName {
  if (bytes.length === 0) return {};
  const request = textOf(bytes, "the name of an export request");
  assertRequestName(request);
  return { request };
}

export function readImport(bytes: Uint8Array = noBytes): ImportArgument {
  const given = parsed(textOf(bytes, "the argument of an import"));
  const { instance = given, replace = false, request } = given;
  if (typeof replace !== "boolean") {
    throw invalid(`replace of an import must be true or false, got ${show(replace)}`);
  }
  if (request !== undefined) assertRequestName(request);
  assertLine(instance);
  if (instance.kind !== "instance") {
    throw invalid(`an import must be a line of kind "instance", got ${show(instance.kind)}`);
  }
  return { instance, replace, ...(request === undefined ? {} : { request }) };
}

export function assertRequestName(name: unknown): asserts name is string {
  const isName = typeof name === "string" && name.length <= maxNameLetters && isWellFormed(name);
  if (isName && name !== "") return;
  throw invalid(
    `the name of a request must be a text of 1 to ${maxNameLetters} letters, got ${show(name)}`,
  );
}

function textOf(bytes: Uint8Array, what: string): string {
  try {
    return textFromBytes(bytes);
  } catch {
    throw invalid(`${what} must be UTF-8, got ${bytes.length} other bytes`);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`an import must be JSON: ${reasonOf(error)}`);
  }
  if (isRecord(value)) return value;
  throw invalid(`an import must be an object, got ${show(value)}`);
}
