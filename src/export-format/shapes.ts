import { invalid, isRecord } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { isCount, isText } from "../model/guards.ts";
import { movedCountNames } from "../model/moved-counts.ts";
import { isBase64 } from "./base64.ts";
import { type ExportLine, formatVersion } from "./records.ts";

/** Throws for a value that is not of this shape; `at` says where in the line it is. */
type Shape = (value: unknown, at: string) => void;

interface Field {
  readonly shape: Shape;
  readonly isOptional: boolean;
}

const text: Shape = (value, at) => {
  if (!isText(value)) throw wrong(at, "a string of well-formed Unicode", value);
};

const count: Shape = (value, at) => {
  if (!isCount(value)) throw wrong(at, "an integer from 0 to 2^53 - 1", value);
};

const base64: Shape = (value, at) => {
  if (typeof value !== "string" || !isBase64(value)) throw wrong(at, "base64 with padding", value);
};

const sha256: Shape = (value, at) => {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) {
    throw wrong(at, "64 hexadecimal digits in lower case", value);
  }
};

/** The names of states in it come from outside. */
function clipped(at: string): string {
  return at.length > 200 ? `${at.slice(0, 200)}…` : at;
}

const anything: Shape = () => {};

const optional = (shape: Shape): Field => ({ shape, isOptional: true });

/** An object with these fields and no others: a field that is not known would be lost without a word. */
function object(fields: Readonly<Record<string, Shape | Field>>): Shape {
  const known = new Map<string, Field>();
  for (const [name, field] of Object.entries(fields)) {
    known.set(name, typeof field === "function" ? { shape: field, isOptional: false } : field);
  }
  const required = [...known].filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
  return (value, at) => {
    const inside = plainObject(value, at);
    for (const name of Object.keys(inside)) {
      const field = known.get(name);
      if (field === undefined) {
        throw invalid(
          `${clipped(at)} must not have ${show(name)} (known: ${[...known.keys()].join(", ")})`,
        );
      }
      field.shape(inside[name], `${at}.${name}`);
    }
    for (const name of required) {
      if (!Object.hasOwn(inside, name)) throw invalid(`${clipped(at)} must have ${name}`);
    }
  };
}

function list(shape: Shape): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) throw wrong(at, "an array", value);
    for (const [index, one] of value.entries()) shape(one, `${at}[${index}]`);
  };
}

function plainObject(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value) || Array.isArray(value)) throw wrong(at, "an object", value);
  return value;
}

function wrong(at: string, rule: string, value: unknown): Error {
  return invalid(`${clipped(at)} must be ${rule}, got ${show(value)}`);
}

/** Made when the first line is read: importing this does nothing. */
let lineShapes: ReadonlyMap<unknown, Shape> | undefined;

function shapesOfLines(): ReadonlyMap<unknown, Shape> {
  const address = object({ function: text, id: text });
  const header = object({ key: text, value: optional(base64) });
  const valueFields = {
    type: text,
    bytes: optional(base64),
    headers: optional(list(header)),
    value: optional(anything),
  };
  const value = object(valueFields);
  const states = named(object({ ...valueFields, expiresAt: optional(count) }));
  const message = { number: count, to: address, from: optional(address), message: value };
  return new Map([
    ["statefun-export", headerShape()],
    ["partition", line({ name: text, lastNumber: count })],
    [
      "pause",
      line({ function: text, id: optional(text), since: count, who: text, why: optional(text) }),
    ],
    ["instance", line({ function: text, id: text, states })],
    ["message", line({ ...message, attempts: optional(count), crashes: optional(count) })],
    ["timer", line({ ...message, dueAt: count, owner: optional(text), token: optional(text) })],
    [
      "record",
      line({
        ...{ number: count, egress: text, from: address, record: value },
        expiresAt: optional(count),
      }),
    ],
    [
      "dead-letter",
      line({
        ...message,
        ...{ code: text, reason: text, attempts: count, failedAt: count, egress: optional(text) },
      }),
    ],
    [
      "key",
      line({
        ...{ number: count, to: address, key: text, digest: text, expiresAt: count },
        ...{ call: optional(text), outcome: optional(outcomeOf(value)) },
      }),
    ],
    ["position", line({ source: text, position: text })],
    ["end", line(endFields())],
    ["more", line({ after: text, ...endFields() })],
  ]);
}

function line(fields: Readonly<Record<string, Shape | Field>>): Shape {
  return object({ kind: text, ...fields });
}

function headerShape(): Shape {
  const states = list(object({ name: text, type: text }));
  const functions = list(object({ typename: text, states }));
  return line({ version: count, engine: text, time: count, functions });
}

function endFields(): Readonly<Record<string, Shape>> {
  const names = ["partitions", ...movedCountNames()];
  const counts = object(Object.fromEntries(names.map((name) => [name, count])));
  return { counts, sha256 };
}

/** An object whose names come from outside, with at least one. */
function named(shape: Shape): Shape {
  return (value, at) => {
    const entries = Object.entries(plainObject(value, at));
    if (entries.length === 0) throw invalid(`${at} must not be empty`);
    for (const [name, one] of entries) {
      text(name, `the name of a state in ${at}`);
      shape(one, `${at}["${name}"]`);
    }
  };
}

function outcomeOf(value: Shape): Shape {
  const shapes = new Map<unknown, Shape>([
    ["reply", line({ value })],
    ["error", line({ code: text, reason: text })],
  ]);
  return (outcome, at) => {
    const { kind } = plainObject(outcome, at);
    const shape = shapes.get(kind);
    if (shape === undefined) throw wrong(`${at}.kind`, '"reply" or "error"', kind);
    shape(outcome, at);
  };
}

/** Throws for what is no line of an export, whatever it is. The version is looked at first: what another one has is not known. */
export function assertLine(value: unknown): asserts value is ExportLine {
  const fields = plainObject(value, "the line");
  const { kind, version } = fields;
  if (kind === "statefun-export" && version !== formatVersion) {
    throw invalid(
      `version ${show(version)} is not known: this release reads version ${formatVersion}`,
    );
  }
  lineShapes ??= shapesOfLines();
  const shape = lineShapes.get(kind);
  if (shape === undefined)
    throw wrong("the kind of the line", [...lineShapes.keys()].join(", "), kind);
  shape(fields, "the line");
}
