import type { Accepts, AnyType } from "../../sdk/types/type.ts";
import type { KeptEgress } from "../surface-host.ts";
import type { Components } from "./components.ts";
import { errorAnswer } from "./errors.ts";
import { digits, list, object, type Schema, text } from "./schema.ts";

const address = object({ typename: text, id: text });
const header: Schema = {
  type: "object",
  properties: { name: text, value: { type: ["string", "null"] }, base64: text },
  required: ["name"],
};

/** `GET /egresses/{namespace}/{name}`: a page of records, or all of them as they come. */
export function egressPath(
  { typename, format }: KeptEgress,
  operationId: string,
  components: Components,
): object {
  const record = object({
    cursor: digits,
    id: { ...text, description: "The same at every reading" },
    from: address,
    typename: text,
    "value?": valueSchema(format?.accepts, components),
    "base64?": { ...text, description: "Instead of `value`, of what JSON cannot say" },
    "encryptedWith?": { ...text, description: "Of an encrypted value: the id of its key" },
    headers: list(header),
  });
  return {
    get: {
      operationId,
      summary: `Records of ${typename}, oldest first; with Accept: text/event-stream as they come`,
      tags: ["egresses"],
      parameters: [
        parameter("after", "The `next` of the page before", digits),
        parameter("limit", "How many at most", {
          type: "integer",
          minimum: 1,
          maximum: 1_000,
          default: 100,
        }),
      ],
      responses: {
        "200": {
          description: "A page of records; ask with `next` for those that come after it",
          content: {
            "application/json": { schema: object({ records: list(record), next: digits }) },
            "text/event-stream": { schema: text },
          },
        },
        "400": errorAnswer("A parameter is wrong"),
        "401": errorAnswer("The request was refused"),
        "404": errorAnswer("There is no such egress here"),
        "503": errorAnswer("Too many streams at one time, or the runtime has stopped"),
      },
    },
  };
}

const parameter = (name: string, description: string, schema: Schema): object => ({
  name,
  in: "query",
  required: false,
  description,
  schema,
});

/** A value as a record shows it: what is of a type of bytes has none. */
function valueSchema(accepts: Accepts, components: Components): Schema {
  const types: readonly AnyType[] = [accepts ?? []].flat();
  const schemas = types.map((type) => components.of(type)).filter(({ kind }) => kind !== "bytes");
  const [only] = schemas;
  if (only !== undefined && types.length === 1) return only.schema;
  return {};
}
