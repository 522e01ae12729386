/** How a value looks in an error message: short, on one line, never throwing. */
export function show(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : textOf(value);
  return printable(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/**
 * Text from outside, as every output of ours has it: what moves a terminal's cursor, reverses the direction of
 * writing or is no character is escaped. Lines stay lines.
 */
export function printable(text: string): string {
  return text.replace(
    /[^\n\P{Cc}]|[\p{Cs}\p{Zl}\p{Zp}\p{Bidi_C}]/gu,
    (one) => `\\u${(one.charCodeAt(0) + 65_536).toString(16).slice(1)}`,
  );
}

/** What an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  const message = peek(error, "message");
  return typeof message === "string" ? message : textOf(error);
}

/** A property of whatever was thrown, even of what cannot be looked at. */
export function peek(value: unknown, name: string): unknown {
  try {
    return Object(value)[name];
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  try {
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    const text = String(value);
    // Its keys say what it is.
    return text === "[object Object]" ? `{${Object.keys(Object(value)).join(", ")}}` : text;
  } catch {
    // An object without a prototype, for one.
    return typeof value;
  }
}
