import { list, object, ref, type Schema, text } from "./schema.ts";

/** Every refusal, whatever its status. */
export const errorSchema: Schema = object({
  error: object({
    code: { ...text, description: "Match on it, never on the text" },
    message: text,
    "issues?": {
      ...list(object({ path: list({ type: ["string", "integer"] }), message: text })),
      description: "Of a value that a schema refuses: each issue with its place",
    },
    "cause?": object({ code: text, "message?": text }, "Of a call whose message was given up"),
  }),
});

export function errorAnswer(description: string): object {
  return { description, content: { "application/json": { schema: ref("Error") } } };
}
