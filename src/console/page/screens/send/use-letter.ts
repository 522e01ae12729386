import { useEffect, useState } from "preact/hooks";
import { ApiError, apiUrl, ask, read } from "../../api/client.ts";
import type { Address, DeadLetter } from "../../api/types.ts";
import { parsed } from "../../form/json.ts";
import { noteRefusal } from "../../session/session.ts";
import { base64FromBytes, jsonText } from "./message.ts";

/** The message of a dead letter, to fill the form. */
export interface Letter {
  readonly address: Address;
  readonly type: string;
  /** JSON, or base64 with `as` "bytes". */
  readonly body: string;
  readonly as: "" | "bytes";
}

/** Of a letter that is edited in the page. */
const maxBytes = 1_048_576;

/** Reads a dead letter, once for each id. An empty id reads nothing. */
export function useLetter(id: string, onRead: (letter: Letter) => void): ApiError | undefined {
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    if (!/^\d{1,16}$/.test(id)) return;
    const control = new AbortController();
    readLetter(id, control.signal)
      .then(onRead)
      .catch((problem) => {
        if (control.signal.aborted) return;
        noteRefusal(problem);
        const isOurs = problem instanceof ApiError;
        setError(isOurs ? problem : new ApiError(0, "failed", String(problem)));
      });
    return () => control.abort();
  }, [id]);
  return error;
}

async function readLetter(id: string, signal: AbortSignal): Promise<Letter> {
  const query = { after: String(Number(id) - 1), limit: 1 };
  const page = await read<{ deadLetters: readonly DeadLetter[] }>("dead-letters", query, signal);
  const [letter] = page.deadLetters;
  if (letter?.id !== id) throw new ApiError(404, "not_found", `There is no dead letter ${id}.`);
  const { address, message } = letter;
  const { typename: type, value, size = 0 } = message;
  // The bytes of a scalar are not its JSON.
  if (type.startsWith("io.statefun.types/") && value !== undefined) {
    return { address, type, body: jsonText(value as never), as: "" };
  }
  if (size > maxBytes) {
    throw new ApiError(413, "limit_exceeded", "This letter is too large to be edited in a page.");
  }
  const response = await ask(apiUrl("value", { of: "dead-letter", id }), { signal });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = textIn(bytes);
  // As it is: a number may have more digits than a double.
  if (text !== undefined && parsed(text).wrong === undefined) {
    return { address, type, body: text, as: "" };
  }
  return { address, type, body: base64FromBytes(bytes), as: "bytes" };
}

function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
