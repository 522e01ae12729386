import { bytesFromText } from "../../internal/bytes.ts";
import type { WireValue } from "../../model/invocation.ts";
import { messageBytes } from "../../model/message-bytes.ts";

/** Of an answer that lists, in JSON. */
const maxAnswerBytes = 1_048_576;
/** What is read at one time for an answer. */
export const readBytes = 1_048_576;
/** What is read for one answer together: a preview of a large value says its digest, for which all of it is read. */
const maxReadBytes = 67_108_864;

/** The items of one answer, as long as there is room for them. */
export class Listing {
  readonly #limit: number;
  #count = 0;
  #bytes = 0;
  #read = 0;
  /** What came next had no room. */
  isFull = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get left(): number {
    return this.#limit - this.#count;
  }

  /** Whether there is room for what `value` is shown as: for one thing there always is. */
  async take<T>(value: WireValue, show: () => Promise<T>): Promise<T | undefined> {
    if (this.#count > 0 && this.#read >= maxReadBytes) return this.#full();
    this.#read += messageBytes(value);
    const item = await show();
    const bytes = bytesFromText(JSON.stringify(item)).length + 1;
    if (this.#count > 0 && this.#bytes + bytes > maxAnswerBytes) return this.#full();
    this.#count++;
    this.#bytes += bytes;
    return item;
  }

  #full(): undefined {
    this.isFull = true;
    return undefined;
  }
}
