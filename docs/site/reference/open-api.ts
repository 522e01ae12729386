interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
}

interface Content {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface OpenApi {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Answers of every route, shown once at the head of the page. */
const ofEvery: ReadonlySet<string> = new Set(["400", "401", "403", "503", "default"]);

/** A document of OpenAPI as tables. */
export function openApiPage({ info, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const common = operations[0]?.operation.responses ?? {};
  return [
    "# Administration over HTTP",
    `${info.description} The product writes this page: it is the answer to \`GET /admin/openapi.json\`, which
[can be downloaded](/files/admin.openapi.json){:target="_self"}. [The administration API](/operate/admin.md) explains how to switch it on and how to use it.`,
    "Every route can also answer:",
    table(
      ["status", "meaning"],
      Object.entries(common)
        .filter(([status]) => ofEvery.has(status))
        .map(([status, { description = "" }]) => [status, description]),
    ),
    "## Routes",
    ...operations.map(({ path, method, operation }) => operationPart(path, method, operation)),
    "## Values",
    ...Object.entries(components.schemas).map(([name, schema]) => schemaPart(name, schema)),
    "",
  ].join("\n\n");
}

function operationPart(path: string, method: string, operation: Operation): string {
  const { summary, parameters = [], requestBody, responses } = operation;
  const rows = parameters.map(({ name, in: place, required, description = "", schema }) => [
    `\`${name}\`${required === true ? "" : "?"}`,
    place,
    typeText(schema),
    `${description}${limitsText(schema)}`,
  ]);
  const answers = Object.entries(responses)
    .filter(([status]) => !ofEvery.has(status))
    .map(([status, answer]) => [status, answer.description ?? "", contentText(answer)]);
  return [
    `### ${method.toUpperCase()} ${path}`,
    `${summary}.`,
    ...(rows.length === 0 ? [] : [table(["parameter", "in", "type", "meaning"], rows)]),
    ...(requestBody === undefined ? [] : [bodyText(requestBody)]),
    table(["status", "answer", "value"], answers),
  ].join("\n\n");
}

function bodyText(body: Content): string {
  const description = body.description === undefined ? "" : `${body.description}. `;
  return `Body: ${description}${contentText(body)}`;
}

function contentText({ content = {} }: Content): string {
  return Object.entries(content)
    .map(([media, { schema }]) => {
      const isJson = media === "application/json";
      const type = schema === undefined ? "" : typeText(schema);
      return isJson && type !== "" ? type : `\`${media}\``;
    })
    .join(", ");
}

function schemaPart(name: string, schema: Schema): string {
  const { properties } = schema;
  const head = `### ${name}`;
  const description = schema.description === undefined ? [] : [`${schema.description}.`];
  if (properties === undefined) return [head, ...description, typeText(schema)].join("\n\n");
  return [head, ...description, propertiesTable(schema)].join("\n\n");
}

function propertiesTable({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    `\`${name}\`${required.includes(name) ? "" : "?"}`,
    typeText(schema),
    `${schema.description ?? ""}${limitsText(schema)}`,
  ]);
  return table(["property", "type", "meaning"], rows);
}

/** A type in one line, with a link to a named one. */
function typeText(schema: Schema): string {
  const { $ref, items, properties, additionalProperties, required = [] } = schema;
  if ($ref !== undefined) {
    const name = $ref.replace(/.*\//, "");
    return `[${name}](#${name.toLowerCase()})`;
  }
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return choices.map(typeText).join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(" or ");
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (items !== undefined) return `list of ${typeText(items)}`;
  if (properties !== undefined) {
    const parts = Object.entries(properties).map(
      ([name, one]) => `\`${name}\`${required.includes(name) ? "" : "?"}: ${typeText(one)}`,
    );
    return `{ ${parts.join("; ")} }`;
  }
  if (typeof additionalProperties === "object")
    return `map from names to ${typeText(additionalProperties)}`;
  const type = [schema.type ?? []].flat().join(" or ");
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}

function limitsText({ minimum, maximum, maxLength, default: standard }: Schema): string {
  const parts = [
    minimum === undefined ? "" : `at least ${minimum}`,
    maximum === undefined ? "" : `at most ${maximum}`,
    maxLength === undefined ? "" : `at most ${maxLength} characters`,
    standard === undefined ? "" : `default \`${standard}\``,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
