import { inBodyTime, readBody } from "../../http/read-body.ts";
import { invalid, isRecord } from "../../internal/assert.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { reasonOf, show } from "../../internal/show.ts";
import { refuse } from "../answers.ts";
import { mediaOf } from "../routes/read-message.ts";
import type { AdminRoute } from "./admin-route.ts";

/** Of the JSON of an action: filters and reasons. */
const maxBodyBytes = 65_536;

type Body = Readonly<Record<string, unknown>>;

/** The JSON object of a request that changes something, with known properties. Most bring none. */
export async function jsonBodyOf(
  { does, body }: AdminRoute,
  request: Request,
  timeoutMs: number,
): Promise<Body> {
  if (does === "read" || (body !== undefined && body.kind !== "json") || request.body === null)
    return {};
  const bytes = await inBodyTime(timeoutMs, (time) =>
    readBody(request, maxBodyBytes, "65,536 bytes", time),
  );
  if (bytes.length === 0) return {};
  const media = mediaOf(request.headers);
  if (media !== "application/json") {
    const text = `the Content-Type must be application/json, got ${show(media)}`;
    refuse(415, "unsupported_media_type", text);
  }
  const given = parsed(bytes);
  const names = [...Object.keys(body?.properties ?? {}), "why"];
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw invalid(
      `${show(name)} is not a property of this body, which takes ${names.join(", ")}${didYouMean(name, names)}`,
    );
  }
  return given;
}

function parsed(bytes: Uint8Array): Body {
  let given: unknown;
  try {
    given = JSON.parse(textFromBytes(bytes));
  } catch (error) {
    throw invalid(`the body must be JSON: ${reasonOf(error)}`);
  }
  if (isRecord(given) && !Array.isArray(given)) return given;
  throw invalid(`the body must be a JSON object, got ${shownJson(given)}`);
}

/** A value of JSON in the text of an error. An array would look like what it has in it. */
export function shownJson(value: unknown): string {
  return Array.isArray(value) ? `an array of ${value.length}` : show(value);
}
