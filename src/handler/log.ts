import type { ErrorDetail } from "./options.ts";

/** The default `onError`: where it happened on one line, and the error with its causes. */
export function logged(error: unknown, { address, messageTypename }: ErrorDetail): void {
  const where = address === undefined ? "a request" : `${address.typename} ${JSON.stringify(address.id)}`;
  const what = messageTypename === undefined ? "" : `, message ${messageTypename}`;
  console.error(`statefun: ${where}${what} failed:`, error);
}
