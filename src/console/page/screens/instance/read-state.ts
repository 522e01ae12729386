import { ApiError, apiUrl, ask, type Query } from "../../api/client.ts";
import { bytes } from "../../ui/numbers.ts";
import { stringType, textOfValue, type ValueText } from "../../ui/values/value-text.ts";

/** What `If-Match` takes for no value. */
export const nothing = '""';
/** Of a state that is edited in a page. */
const maxBytes = 1_048_576;

/** A state as it is stored, and what `If-Match` takes for it. */
export interface Stored {
  readonly etag: string;
  readonly text: ValueText;
}

/** No value: what is written then is the first one. */
export function nothingOf(typename: string): Stored {
  return { etag: nothing, text: { form: typename === stringType ? "text" : "json", text: "" } };
}

/** The exact value, with large numbers as they are. Nothing is an empty one of its type. */
export async function readState(at: Query, typename: string): Promise<Stored> {
  let response: Response;
  try {
    response = await ask(apiUrl("value", { of: "state", ...at }));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    return nothingOf(typename);
  }
  const etag = response.headers.get("etag") ?? nothing;
  const size = Number(response.headers.get("content-length") ?? 0);
  const isLarge = size > maxBytes;
  const blob = isLarge ? undefined : await response.blob();
  if (blob === undefined || blob.size > maxBytes) {
    void response.body?.cancel().catch(() => {});
    const most = bytes(maxBytes);
    const text = `This value is too large to edit here: at most ${most}. Write it with PUT /admin/state.`;
    throw new ApiError(0, "too_large", text);
  }
  return { etag, text: textOfValue(typename, new Uint8Array(await blob.arrayBuffer())) };
}
