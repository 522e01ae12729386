import { string } from "../../sdk/types/builtin-types.ts";
import type { Accepts, AnyType } from "../../sdk/types/type.ts";
import { traitsOf } from "../../sdk/types/type-traits.ts";
import type { SurfaceFunction } from "../surface-host.ts";
import type { Components } from "./components.ts";
import { errorAnswer } from "./errors.ts";
import { choice, integer, ref, type Schema, text } from "./schema.ts";

const bytes: Schema = { type: "string", format: "binary" };

/** `POST /functions/{namespace}/{name}/{id}`: sends, or calls with `Prefer: wait`. */
export function functionPath(
  { typename, accepts, replies }: SurfaceFunction,
  operationId: string,
  components: Components,
): object {
  return {
    post: {
      operationId,
      summary: `Sends a message to an instance of ${typename}, or calls it with Prefer: wait=SECONDS`,
      tags: ["functions"],
      parameters: [idParameter, ...headers, typeParameter(accepts)],
      requestBody: { required: true, content: contentOf(accepts, components) },
      responses: {
        "200": {
          description: "The reply, with Prefer: wait",
          headers: {
            "Statefun-Type": { description: "The typename of the reply", schema: text },
            "Preference-Applied": { description: "`wait=SECONDS`", schema: text },
          },
          content: contentOf(replies, components),
        },
        "202": {
          description: "The message is taken, and survives a crash",
          content: { "application/json": { schema: ref("Receipt") } },
        },
        ...Object.fromEntries(errors.map(([status, what]) => [status, errorAnswer(what)])),
      },
    },
  };
}

const errors: readonly (readonly [string, string])[] = [
  ["400", "A header, the type or the JSON is wrong"],
  ["401", "The request was not let in"],
  ["404", "There is no such function here"],
  ["406", "The message was handled, but no header can carry the type of its reply"],
  ["408", "The body did not come in time"],
  ["409", "The key was used with another message"],
  ["413", "The message is too large"],
  ["415", "The function does not take this form"],
  [
    "422",
    "The schema refuses the value; or the message became a dead letter, with its error as `cause`",
  ],
  ["429", "The mailbox is full: try again later"],
  ["500", "The request could not be handled"],
  ["503", "Nothing is taken now: try again later"],
  ["504", "No reply in time: it goes on, and can be asked for again with the same key"],
];

const idParameter = {
  name: "id",
  in: "path",
  required: true,
  description: "Of the instance, percent-encoded once",
  schema: text,
};

const header = (name: string, description: string, schema: Schema): object => ({
  name,
  in: "header",
  required: false,
  description,
  schema,
});

const headers: readonly object[] = [
  header("Prefer", "`wait=SECONDS` calls, and waits for the reply", text),
  header("Idempotency-Key", "The same key with the same message is one message", {
    ...text,
    minLength: 1,
    maxLength: 1_024,
  }),
  header("Statefun-Delay-Ms", "Sends the message later", { ...integer, minimum: 0 }),
];

function typeParameter(accepts: Accepts): object {
  const names = listed(accepts).map(({ typename }) => typename);
  const isAny = listed(accepts).some((type) => traitsOf(type).any !== undefined);
  const schema = names.length === 0 || isAny ? text : choice(...names);
  return header("Statefun-Type", "The typename of the body, where it is not clear", schema);
}

/** Forms of the values of some types: without any, and for a type of anything, every form. */
function contentOf(types: Accepts, components: Components): object {
  const all = listed(types);
  const isAny = all.length === 0 || all.some((type) => traitsOf(type).any !== undefined);
  const known = all.map((type) => ({ type, ...components.of(type) }));
  const inJson = known.filter(({ kind }) => kind === "json");
  const scalars = known.filter(({ kind, type }) => kind === "scalar" && type !== string);
  const asJson = [...inJson, ...scalars].map(({ schema }) => schema);
  const hasText = isAny || all.some(({ typename }) => typename === string.typename);
  const isOnlyText = hasText && !isAny && all.length === 1;
  return {
    ...(isAny ? { "application/json": { schema: {} } } : {}),
    ...(!isAny && asJson.length > 0 ? { "application/json": { schema: anyOf(asJson) } } : {}),
    ...(hasText ? { "text/plain": { schema: text } } : {}),
    ...(isOnlyText ? {} : { "application/octet-stream": { schema: bytes } }),
  };
}

function anyOf(schemas: readonly Schema[]): Schema {
  const [only, ...others] = schemas;
  return only !== undefined && others.length === 0 ? only : { anyOf: schemas };
}

function listed(types: Accepts): readonly AnyType[] {
  return [types ?? []].flat();
}
