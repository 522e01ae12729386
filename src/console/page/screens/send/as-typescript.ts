import { hasLargeNumbers } from "../../form/json.ts";
import type { Draft } from "./message.ts";

/** What a program imports for a scalar of StateFun. */
const scalars: ReadonlyMap<string, string> = new Map(
  ["string", "int", "long", "float", "double", "bool"].map((name) => [
    `io.statefun.types/${name}`,
    name,
  ]),
);

/**
 * The message as a program that sends it with `statefun/client`, to the same application. It goes to the public routes, so its
 * function must be exposed there.
 */
export function asTypeScript(draft: Draft, url: string, hasToken: boolean): string {
  const { imported, message } = messageOf(draft);
  const { isCall, delayMs, timeoutMs } = draft;
  const options = [
    `idempotencyKey: ${literal(draft.key)}`,
    ...(!isCall && /[1-9]/.test(delayMs) ? [`delayMs: ${Number(delayMs)}`] : []),
    ...(isCall && /[1-9]/.test(timeoutMs) ? [`timeoutMs: ${Number(timeoutMs)}`] : []),
  ].join(", ");
  const credentials = hasToken
    ? `,\n  headers: { authorization: \`Bearer \${process.env["STATEFUN_TOKEN"]}\` }`
    : "";
  const verb = isCall ? "const reply = await client.call" : "await client.send";
  const print = isCall ? "\nconsole.log(reply);" : "";
  return `import { address, ${imported} } from "statefun";
import { createClient } from "statefun/client";

const client = createClient({\n  url: ${literal(url)}${credentials},\n});
const to = address(${literal(draft.function)}, ${literal(draft.id)});
${verb}(to, ${message}, { ${options} });${print}
`;
}

function messageOf({ type, form, body }: Draft): {
  readonly imported: string;
  readonly message: string;
} {
  const scalar = scalars.get(type);
  if (form === "text") return { imported: "string", message: `string.of(${literal(body)})` };
  if (form === "base64") {
    return {
      imported: "bytes",
      message: `bytes(${literal(type)}).of(Uint8Array.from(atob(${literal(body.replaceAll(/\s/g, ""))}), (one) => one.charCodeAt(0)))`,
    };
  }
  if (scalar !== undefined) {
    return { imported: scalar, message: `${scalar}.of(${scalarLiteral(scalar, body)})` };
  }
  if (hasLargeNumbers(body)) {
    // A double would change them.
    return {
      imported: "bytes",
      message: `bytes(${literal(type)}).of(new TextEncoder().encode(${literal(body)}))`,
    };
  }
  return { imported: "json", message: `json(${literal(type)}).of(${jsonLiteral(body)})` };
}

function scalarLiteral(scalar: string, body: string): string {
  const value: unknown = JSON.parse(body);
  if (scalar === "long") return `BigInt(${literal(String(value))})`;
  const isNamed = typeof value === "string" && scalar !== "string";
  return isNamed ? `Number(${literal(value)})` : literal(value);
}

/** In a literal, `__proto__` would be no property. */
function jsonLiteral(body: string): string {
  const value: unknown = JSON.parse(body);
  const text = literal(value);
  return text.includes('"__proto__"') ? `JSON.parse(${literal(JSON.stringify(value))})` : text;
}

/** JSON is a literal. What ends a script in a page, or a line in an old reader, is escaped. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
