import { messageHeaders, textOfHeader, typeHeader } from "../../http/http-headers.ts";
import type { HeaderReader } from "../../http/request-head.ts";
import { invalid } from "../../internal/assert.ts";
import { copyOf, textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf, show } from "../../internal/show.ts";
import type { WireValue } from "../../model/invocation.ts";
import { plainIn } from "../../model/plain-bytes.ts";
import { acceptedType, acceptedValue, notAccepted } from "../../sdk/addressing/accepted-value.ts";
import { string } from "../../sdk/types/builtin-types.ts";
import type { AnyType } from "../../sdk/types/type.ts";
import { jsonOf, traitsOf, writerOf } from "../../sdk/types/type-traits.ts";
import { refuse } from "../answers.ts";
import { scalarFromJson, scalarType } from "../json/scalars.ts";
import type { SurfaceFunction } from "../surface-host.ts";

/**
 * Before the body has come: how its message is read, checked as its function would. Refuses a form that the function
 * cannot take.
 *
 * `application/json` is a value of a JSON type of the function, or of a scalar one; `text/plain` a `string`;
 * `application/octet-stream` the bytes of the type that `Statefun-Type` names.
 */
export function readerOf(
  headers: HeaderReader,
  fn: SurfaceFunction,
  mediaIn: (contentType: string) => string,
): (body: Uint8Array) => WireValue {
  const media = mediaOf(headers, mediaIn);
  const header = headers.get(typeHeader);
  const typename = header === null ? undefined : textOfHeader(header);
  if (typename === "") throw invalid(`${typeHeader} must name a type, got ""`);
  const isOctets = media === "application/octet-stream" || (media === "" && typename !== undefined);
  if (!isOctets && media !== "application/json" && media !== "text/plain") refuseMedia(media, fn);
  const read = isOctets ? ofBytes : media === "text/plain" ? ofText : ofJson;
  return (body) => ({ ...read(fn, typename, body), headers: messageHeaders(headers) });
}

/** A message of bytes or of text, before its headers. */
interface Typed {
  readonly typename: string;
  readonly bytes: Uint8Array;
}

/** In lower case, without its parameters. Refuses a body that is encoded, and text that is not UTF-8. */
export function mediaOf(
  headers: HeaderReader,
  mediaIn: (contentType: string) => string = mediaOfType,
): string {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    refuse(415, "unsupported_media_type", `a body must not be encoded, got ${show(encoding)}`);
  }
  return mediaIn(headers.get("content-type") ?? "");
}

/** Of a Content-Type. */
export function mediaOfType(contentType: string): string {
  const [media = "", ...parameters] = contentType.toLowerCase().split(";");
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(one)?.[1]);
  const other = charset.find(
    (name) => name !== undefined && !["utf-8", "utf8", "us-ascii"].includes(name),
  );
  if (other !== undefined) {
    refuse(415, "unsupported_media_type", `text must be UTF-8, got ${show(other)}`);
  }
  return media.trim();
}

function refuseMedia(media: string, { accepts }: SurfaceFunction): never {
  const names = [accepts ?? []].flat().map(({ typename }) => typename);
  const takes = names.length === 0 ? "" : `; the function accepts ${names.join(", ")}`;
  const text = `the Content-Type must be application/json, text/plain, or application/octet-stream with Statefun-Type, got ${show(media)}${takes}`;
  refuse(415, "unsupported_media_type", text);
}

/** Bytes of a type that the function must take; what it knows of the type is checked. */
export function ofBytes(
  fn: SurfaceFunction,
  typename: string | undefined,
  body: Uint8Array,
): Typed {
  if (typename === undefined) throw invalid(`bytes need a type: name it in ${typeHeader}`);
  const message = { typename, bytes: copyOf(body) };
  const type = typeOf(fn, typename);
  // What is encrypted is looked at by `finished`.
  if (type === undefined || traitsOf(type).open !== undefined) return message;
  assertReadable(fn, type, { ...message, headers: [] });
  return message;
}

function assertReadable(fn: SurfaceFunction, type: AnyType, message: WireValue): void {
  try {
    acceptedValue(fn.typename, type, message);
  } catch (error) {
    if (!(error instanceof StateFunError) || error.code !== "message_undecodable") throw error;
    throw new StateFunError("value_invalid", error.message, { cause: error });
  }
}

/**
 * A message that was read, as it can be sent: encrypted, or looked at where it came so. One whose key is not there is `unavailable`
 * here, since otherwise its instance would stand still until the key comes.
 */
export function finished(fn: SurfaceFunction, value: WireValue): WireValue | Promise<WireValue> {
  const plain = plainIn(value);
  if (plain !== undefined) return plain.sealed(value);
  const type = fn.accepts && acceptedType(fn.accepts, value.typename);
  const open = type && traitsOf(type).open;
  if (type === undefined || open === undefined) return value;
  return open(value).then((opened) => {
    assertReadable(fn, type, opened);
    return value;
  });
}

/** Text as a `string`, which the function must take. */
export function ofText(fn: SurfaceFunction, typename: string | undefined, body: Uint8Array): Typed {
  if (typename !== undefined && typename !== string.typename) {
    throw invalid(`text/plain is a ${string.typename}, got ${typeHeader} ${show(typename)}`);
  }
  if (fn.accepts !== undefined && acceptedType(fn.accepts, string.typename) === undefined) {
    refuseMedia("text/plain", fn);
  }
  return { typename: string.typename, bytes: string.encode(utf8(body)) };
}

function ofJson(fn: SurfaceFunction, named: string | undefined, body: Uint8Array): Typed {
  const typename = named ?? onlyType(fn);
  const text = utf8(body);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`the body must be JSON: ${reasonOf(error)}`);
  }
  const type = typeOf(fn, typename);
  const scalar = scalarType(typename);
  if (scalar !== undefined)
    return { typename, bytes: scalar.encode(scalarFromJson(typename, value)) };
  if (type !== undefined) {
    const writer = writerOf(type, typename);
    const json = jsonOf(writer);
    if (json === undefined) {
      const text = `${typename} is not a JSON type: send its bytes as application/octet-stream`;
      refuse(415, "unsupported_media_type", text);
    }
    json(value);
    // Its bytes are encrypted before they go on.
    const { sealed } = traitsOf(writer);
    if (sealed !== undefined) return { typename, bytes: sealed.draft(copyOf(body)) };
  }
  // The bytes are passed on unchanged: encoding them again would change large numbers.
  return { typename, bytes: copyOf(body) };
}

/** The type that JSON is of where nothing names it. */
function onlyType(fn: SurfaceFunction): string {
  const { accepts } = fn;
  // Most functions take one type, and are asked often.
  if (accepts !== undefined && "typename" in accepts && jsonOf(accepts) !== undefined) {
    return accepts.typename;
  }
  const all = [fn.accepts ?? []].flat();
  const json = all.filter((type) => jsonOf(type) !== undefined);
  const candidates = json.length > 0 ? json : all.filter((type) => scalarType(type.typename));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only.typename;
  if (fn.accepts !== undefined && candidates.length === 0 && !all.some(isAny)) {
    refuseMedia("application/json", fn);
  }
  const choice = candidates.map(({ typename }) => typename).join(", ");
  throw invalid(`name the type of the JSON in ${typeHeader}${choice && `: one of ${choice}`}`);
}

/** The accepted type of this name; undefined where the function takes anything. */
function typeOf({ typename: by, accepts }: SurfaceFunction, typename: string): AnyType | undefined {
  if (accepts === undefined) return undefined;
  const type = acceptedType(accepts, typename);
  if (type === undefined) throw invalid(notAccepted(by, accepts, typename));
  return isAny(type) ? undefined : type;
}

function isAny(type: AnyType): boolean {
  return traitsOf(type).any !== undefined;
}

function utf8(body: Uint8Array): string {
  try {
    return textFromBytes(body);
  } catch {
    throw invalid("the body must be UTF-8");
  }
}
