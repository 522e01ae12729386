import { hasLargeNumbers } from "../../form/json.ts";
import { type Draft, timesOf } from "./message.ts";
import { scalars } from "./types.ts";

/**
 * The message as a program that sends it with `statefun/client`, to the same application. It goes to the public routes, so its
 * function must be exposed there.
 */
export function asTypeScript(draft: Draft, url: string, hasToken: boolean): string {
  const { isCall, key } = draft;
  const [imported, message] = messageOf(draft);
  const options = Object.entries({ idempotencyKey: key, ...timesOf(draft) })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${literal(value)}`);
  const credentials = hasToken
    ? `,\n  headers: { authorization: \`Bearer \${process.env["STATEFUN_TOKEN"]}\` }`
    : "";
  return `import { address, ${imported} } from "statefun";
import { createClient } from "statefun/client";

const client = createClient({\n  url: ${literal(url)}${credentials},\n});
const to = address(${literal(draft.function)}, ${literal(draft.id)});
${isCall ? "const reply = await client.call" : "await client.send"}(to, ${message}, { ${options.join(", ")} });
${isCall ? "console.log(reply);\n" : ""}`;
}

function messageOf({ type, form, body }: Draft): readonly [imported: string, message: string] {
  if (form === "base64") {
    const base64 = literal(body.replaceAll(/\s/g, ""));
    return bytesOf(type, `Uint8Array.from(atob(${base64}), (one) => one.charCodeAt(0))`);
  }
  if (scalars.has(type)) {
    const scalar = type.replace(/.*\//, "");
    return [scalar, `${scalar}.of(${scalarLiteral(scalar, JSON.parse(body))})`];
  }
  // A double would change them.
  if (hasLargeNumbers(body)) return bytesOf(type, `new TextEncoder().encode(${literal(body)})`);
  const text = literal(JSON.parse(body));
  // In a literal, `__proto__` would be no property.
  const value = text.includes('"__proto__"') ? `JSON.parse(${literal(body)})` : text;
  return ["json", `json(${literal(type)}).of(${value})`];
}

function bytesOf(type: string, bytes: string): readonly [imported: string, message: string] {
  return ["bytes", `bytes(${literal(type)}).of(${bytes})`];
}

function scalarLiteral(scalar: string, value: unknown): string {
  if (scalar === "long") return `BigInt(${literal(String(value))})`;
  const isNamed = typeof value === "string" && scalar !== "string";
  return isNamed ? `Number(${literal(value)})` : literal(value);
}

/** JSON is a literal. What ends a script in a page, or a line in an old reader, is escaped. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
