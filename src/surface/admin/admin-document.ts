import { version } from "../../internal/version.ts";
import { errorAnswer, errorSchema } from "../openapi/errors.ts";
import { choice, object, type Schema, text } from "../openapi/schema.ts";
import type { AdminRoute, Parameter, RouteAnswer } from "./admin-route.ts";
import { whyParameter } from "./order.ts";

/** Refusals that every route has. */
const always: AdminRoute["answers"] = {
  "400": { text: "A parameter, a header or the body is wrong" },
  "401": { text: "`admin.authenticate` refused the request" },
  "403": {
    text: "A page of another origin; for a change: the role is not `write`, or there is no `Statefun-Admin: 1`",
  },
  "503": { text: "Too many requests at one time, or the runtime accepts nothing: try again later" },
};

const writeHeaders: readonly Parameter[] = [
  {
    name: "Statefun-Admin",
    text: "Shows that the change is meant: no form of a page can send it",
    schema: choice("1"),
    isNeeded: true,
  },
  {
    name: "Idempotency-Key",
    text: "With the same key the same is done once, and answered alike",
    schema: { type: "string", minLength: 1, maxLength: 1_024 },
    isNeeded: true,
  },
];

/** OpenAPI 3.1 of the rows of the table: what they say is what is checked. */
export function adminDocument(
  routes: readonly AdminRoute[],
  schemas: Readonly<Record<string, Schema>>,
  basePath: string,
): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const row of routes) {
    paths[row.path] = { ...paths[row.path], [row.method.toLowerCase()]: operationOf(row) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "statefun: administration",
      version,
      description:
        "For operators. Ids of instances are any text, and are only data. Cursors (`next`, `after`) are opaque. Every answer to GET is also one to HEAD.",
    },
    servers: [{ url: basePath === "" ? "/" : basePath }],
    paths,
    components: { schemas: { ...schemas, Error: errorSchema } },
  };
}

function operationOf(row: AdminRoute): object {
  const { method, path, summary, query = [], headers = [], does, answers } = row;
  const isWrite = does === "write";
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) =>
      parameterOf("path", {
        name,
        text: pathTexts.get(name) ?? name,
        schema: text,
        isNeeded: true,
      }),
    ),
    ...[...query, ...(isWrite ? [whyParameter] : [])].map((one) => parameterOf("query", one)),
    ...[...(isWrite ? writeHeaders : []), ...headers].map((one) => parameterOf("header", one)),
  ];
  const all = Object.entries({ ...always, ...answers }).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    operationId: operationIdOf(method, path),
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(row),
    responses: {
      ...Object.fromEntries(all.map(([status, answer]) => [status, responseOf(status, answer)])),
      default: errorAnswer("Any other error"),
    },
  };
}

const pathTexts: ReadonlyMap<string, string> = new Map([
  ["namespace", "Of a function"],
  ["name", "Of a function"],
  ["id", "Percent-encoded once; the ids `.` and `..` cannot stand in a path"],
  ["number", "As lists show it"],
]);

function parameterOf(
  place: "path" | "query" | "header",
  { name, text, schema, isNeeded = false }: Parameter,
): object {
  return { name, in: place, description: text, required: isNeeded, schema };
}

function bodyOf({ does, body }: AdminRoute): object {
  if (body?.kind === "lines") {
    const content = { "application/x-ndjson": { schema: text } };
    const required = body.isOptional !== true;
    return { requestBody: { required, description: body.text, content } };
  }
  if (does === "read") return {};
  if (body?.kind === "value") {
    return {
      requestBody: {
        required: true,
        description:
          "The value as a message has it: JSON or text by its type, or bytes whose type `Statefun-Type` names",
        content: {
          "application/json": { schema: {} },
          "text/plain": { schema: text },
          "application/octet-stream": { schema: { type: "string", format: "binary" } },
        },
      },
    };
  }
  const properties = { ...body?.properties, why: whyParameter.schema };
  const optional = Object.entries(properties).map(([name, schema]) => [`${name}?`, schema]);
  const schema = { ...object(Object.fromEntries(optional)), additionalProperties: false };
  return { requestBody: { required: false, content: { "application/json": { schema } } } };
}

function responseOf(status: string, answer: RouteAnswer): object {
  const { text: description, schema, media, headers } = answer;
  if (status >= "400") return { ...errorAnswer(description), ...headersOf(headers) };
  const medias = [media ?? (schema === undefined ? [] : "application/json")].flat();
  const content = Object.fromEntries(medias.map((one) => [one, { schema: schema ?? text }]));
  return { description, ...headersOf(headers), ...(medias.length > 0 && { content }) };
}

function headersOf(headers: RouteAnswer["headers"]): object {
  if (headers === undefined) return {};
  const all = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: text },
  ]);
  return { headers: Object.fromEntries(all) };
}

/** `getAdminDeadLetters`: unique, since methods and paths are. */
function operationIdOf(method: string, path: string): string {
  const words = path.replaceAll(/[{}]/g, "").split(/[/.-]/);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return `${method.toLowerCase()}${name}`;
}
