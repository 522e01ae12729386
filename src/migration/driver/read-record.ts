import { isRecord } from "../../internal/assert.ts";
import { bytesFromText, textFromBytes } from "../../internal/bytes.ts";
import { isCount } from "../../model/guards.ts";
import { assertLine } from "../../export-format/shapes.ts";
import { createSha256 } from "../../export-format/sha256.ts";
import type { ExportedPart, ExportedRecord, MoveRecord } from "../move-record.ts";

/** A record of the move; undefined for what is none: a topic may have more. */
export function readRecord(record: string | Uint8Array): MoveRecord | undefined {
  try {
    const value: unknown = JSON.parse(typeof record === "string" ? record : textFromBytes(record));
    return isRecord(value) && isMoveRecord(value) ? (value as unknown as MoveRecord) : undefined;
  } catch {
    return undefined;
  }
}

function isMoveRecord(record: Readonly<Record<string, unknown>>): boolean {
  const { kind, request, function: typename, id, states, of } = record;
  if (request !== undefined && typeof request !== "string") return false;
  if (kind === "exported") return isExported(record["instance"]);
  if (typeof typename !== "string" || typeof id !== "string") return false;
  if (kind === "imported") return isTexts(states) && isTexts(record["written"]);
  if (kind === "refused") {
    const isText = ["code", "reason"].every((name) => typeof record[name] === "string");
    return isText && (of === "export" || of === "import");
  }
  return kind === "exported-part" && isPart(record);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** One without states is no line of an export, and the answer of an instance that has none. */
function isExported(instance: unknown): boolean {
  if (!isRecord(instance)) return false;
  const { function: typename, id, states, kind } = instance;
  if (isRecord(states) && Object.keys(states).length === 0) {
    return typeof typename === "string" && typeof id === "string";
  }
  assertLine(instance);
  return kind === "instance";
}

/** A record has at most 1 MB mostly: so many pieces are terabytes. */
const maxParts = 1_000_000;

function isPart({ part, parts, text, sha256 }: Readonly<Record<string, unknown>>): boolean {
  if (typeof text !== "string" || typeof sha256 !== "string") return false;
  return isCount(part) && isCount(parts) && part < parts && parts <= maxParts;
}

/** Puts the pieces of long records together. */
export class Parts {
  readonly #begun = new Map<string, Map<number, string>>();

  /** The record, with its last piece. Undefined before it, and for pieces that do not make up what they say. */
  add({ function: typename, id, ...piece }: ExportedPart): ExportedRecord | undefined {
    const { sha256, part, parts, text, request } = piece;
    const key = JSON.stringify([typename, id, sha256, parts, request]);
    const begun = this.#begun.get(key) ?? new Map<number, string>();
    this.#begun.set(key, begun.set(part, text));
    if (begun.size < parts) return undefined;
    this.#begun.delete(key);
    const whole = [...begun].sort(([one], [other]) => one - other).map(([, one]) => one);
    const joined = whole.join("");
    const digest = createSha256();
    digest.update(bytesFromText(joined));
    if (digest.hex() !== sha256) return undefined;
    const record = readRecord(joined);
    return record?.kind === "exported" ? record : undefined;
  }
}
