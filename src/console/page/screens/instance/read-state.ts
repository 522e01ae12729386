import { ApiError, apiUrl, ask, type Query } from "../../api/client.ts";
import type { Address } from "../../api/types.ts";
import { stringType, textOfValue, type ValueText } from "../../ui/values/value-text.ts";

/** What `If-Match` takes for no value. */
export const nothing = '""';

/** A state of the list, as it was seen there. */
export interface Chosen {
  readonly of: Address;
  readonly name: string;
  readonly typename: string;
  readonly etag: string;
  /** Of one that is too large for a list. */
  readonly size: number;
}

/** A state as it is stored, and what `If-Match` takes for it. */
export interface Stored {
  readonly etag: string;
  readonly text: ValueText;
}

export function queryOf({ of, name }: Chosen): Query {
  return { function: of.typename, id: of.id, name };
}

/** No value: what is written then is the first one. */
export function nothingOf({ typename }: Chosen): Stored {
  return { etag: nothing, text: { form: typename === stringType ? "text" : "json", text: "" } };
}

/** The exact value, with large numbers as they are. Nothing is an empty one of its type. */
export async function readState(state: Chosen): Promise<Stored> {
  try {
    const response = await ask(apiUrl("value", { of: "state", ...queryOf(state) }));
    const etag = response.headers.get("etag") ?? nothing;
    return {
      etag,
      text: textOfValue(state.typename, new Uint8Array(await response.arrayBuffer())),
    };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    return nothingOf(state);
  }
}
