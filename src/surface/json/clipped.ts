/** Characters of a text from outside: an id, the name of a type, a reason. An id that can be sent to is shorter. */
const maxLength = 16_384;
const startLength = 200;

/** A text, of which no more is shown than what an answer has room for. */
export function clipped(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, startLength)}…`;
}
