import { readFileSync } from "node:fs";
import type { AnyType } from "../../sdk/types/type.ts";
import { loadedFiles } from "../supervisor/loaded-files.ts";

/**
 * A value of a JSON type, for a first request. A shape leaves no trace at run time, and a validator does not
 * describe what it wants. So the sources are read to guess a value that the type itself then must accept;
 * otherwise the value is `{}`. Only the printed example depends on it.
 */
export function exampleValue(type: AnyType): unknown {
  for (const source of sources()) {
    for (const fields of fieldsOf(type.typename, source)) {
      const value = guessOf(fields);
      if (value !== undefined && isAccepted(type, value)) return value;
    }
  }
  return [{}, "hello", 1, []].find((value) => isAccepted(type, value)) ?? {};
}

function isAccepted(type: AnyType, value: unknown): boolean {
  try {
    type.encode(value);
    return true;
  } catch {
    return false;
  }
}

function sources(): string[] {
  return loadedFiles().flatMap((path) => {
    try {
      return [readFileSync(path, "utf8").slice(0, 100_000)];
    } catch {
      return [];
    }
  });
}

/** What is between the braces of `shape<{ … }>` or `z.object({ … })`, or of the type or constant that is named there. */
function fieldsOf(typename: string, source: string): string[] {
  const at = source.indexOf(`"${typename}",`);
  if (at < 0) return [];
  const rest = source.slice(at + typename.length + 3).trimStart();
  const direct = /^(?:shape<|\w+\.\w*[oO]bject\(|type\()\s*\{([^{}]*)\}/.exec(rest)?.[1];
  if (direct !== undefined) return [direct];
  const name = /^(?:shape<)?([A-Za-z_]\w*)\b/.exec(rest)?.[1];
  if (name === undefined) return [];
  const declared = new RegExp(`\\b(?:interface|type|const) ${name}\\b[^{}]*\\{([^{}]*)\\}`).exec(
    source,
  );
  return declared?.[1] === undefined ? [] : [declared[1]];
}

/** Undefined when a field is nothing that is known here. */
function guessOf(fields: string): Record<string, unknown> | undefined {
  const value: Record<string, unknown> = {};
  for (const field of fields.split(/[;,\n]/)) {
    const [, name = "", optional, type = ""] =
      /^\s*(?:readonly )?(\w+)(\?)?:\s*(.+)/.exec(field) ?? [];
    if (name === "" || optional !== undefined || /optional\(/.test(type)) continue;
    const example = exampleOf(name, type);
    if (example === undefined) return undefined;
    value[name] = example;
  }
  return value;
}

function exampleOf(name: string, type: string): unknown {
  if (/array|\[\]/i.test(type)) return [];
  if (/string/.test(type)) return /user|name|who|^id$/i.test(name) ? "zoe" : "hello";
  if (/number|int/.test(type)) return 1;
  if (/bool/.test(type)) return true;
  return undefined;
}
