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
      requestBody: { required: true, content: requestOf(accepts, components) },
      responses: {
        "200": {
          description: "The reply, with Prefer: wait",
          headers: {
            "Statefun-Type": { description: "The typename of the reply", schema: text },
            "Preference-Applied": { description: "`wait=SECONDS`", schema: text },
          },
          content: replyOf(replies, components),
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
  ["401", "The request was refused"],
  ["404", "There is no such function here"],
  ["406", "The message was handled, but no header can carry the type of its reply"],
  ["408", "The body did not arrive in time, or the check of its sender did not end"],
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
  [
    "504",
    "No reply in time: processing continues, and the reply can be asked for again with the same key",
  ],
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
  const all = listed(accepts);
  const schema = isOfAny(all) ? text : choice(...all.map(({ typename }) => typename));
  return header("Statefun-Type", "The typename of the body, where it is not clear", schema);
}

/** Forms of a message: JSON by its type, text, or the bytes of any type that is accepted. */
function requestOf(types: Accepts, components: Components): object {
  const all = listed(types);
  const isAny = isOfAny(all);
  const asJson = all
    .map((type) => components.of(insideOf(type)))
    .filter(({ kind }) => kind !== "bytes")
    .map(({ schema }) => schema);
  return {
    ...(isAny ? { "application/json": { schema: {} } } : {}),
    ...(!isAny && asJson.length > 0 ? { "application/json": { schema: anyOf(asJson) } } : {}),
    ...(isAny || hasText(all) ? { "text/plain": { schema: text } } : {}),
    "application/octet-stream": { schema: bytes },
  };
}

/** What is posted as JSON is encrypted here. Its reply is not decrypted. */
function insideOf(type: AnyType): AnyType {
  return traitsOf(type).sealed?.type ?? type;
}

/** Forms of a reply: JSON of a type that is JSON, text of a string, and of anything else its bytes. */
function replyOf(types: Accepts, components: Components): object {
  const all = listed(types);
  const isAny = isOfAny(all);
  const known = all.map((type) => ({ typename: type.typename, ...components.of(type) }));
  const asJson = known.filter(({ kind }) => kind === "json").map(({ schema }) => schema);
  const isBytes = known.some(
    ({ kind, typename }) => kind !== "json" && typename !== string.typename,
  );
  return {
    ...(isAny ? { "application/json": { schema: {} } } : {}),
    ...(!isAny && asJson.length > 0 ? { "application/json": { schema: anyOf(asJson) } } : {}),
    ...(isAny || hasText(all) ? { "text/plain": { schema: text } } : {}),
    ...(isAny || isBytes ? { "application/octet-stream": { schema: bytes } } : {}),
  };
}

/** Whether any type will do: nothing is declared, or a type of anything. */
function isOfAny(types: readonly AnyType[]): boolean {
  return types.length === 0 || types.some((type) => traitsOf(type).any !== undefined);
}

function hasText(types: readonly AnyType[]): boolean {
  return types.some(({ typename }) => typename === string.typename);
}

function anyOf(schemas: readonly Schema[]): Schema {
  const [only, ...others] = schemas;
  return only !== undefined && others.length === 0 ? only : { anyOf: schemas };
}

function listed(types: Accepts): readonly AnyType[] {
  return [types ?? []].flat();
}
