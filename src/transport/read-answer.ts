import { readResponse } from "../internal/read-response.ts";
import { nonsense } from "./remote-failure.ts";

/** Of the text that comes with an error. */
const shownBytes = 1_024;
const shownLetters = 200;

/** All of a body. A length that is announced is believed when it is too much; what arrives is counted. */
export async function readAnswer(response: Response, maxBytes: number): Promise<Uint8Array> {
  const { bytes, isAll } = await readResponse(response, maxBytes);
  if (!isAll) throw nonsense(`the answer has more than ${maxBytes} bytes`);
  return bytes;
}

/** What an error says, as far as it is text and short; empty when it says nothing. */
export async function readReason(response: Response): Promise<string> {
  try {
    const { bytes } = await readResponse(response, shownBytes, false);
    const text = new TextDecoder().decode(bytes.subarray(0, shownBytes));
    const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
    return line === "" ? "" : `: ${[...line].slice(0, shownLetters).join("")}`;
  } catch {
    // The status has said enough.
    return "";
  }
}
