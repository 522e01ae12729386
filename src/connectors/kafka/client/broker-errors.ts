import { peek } from "../../../internal/show.ts";
import { causesOf } from "./client-reasons.ts";

/** What brokers say, by the numbers of the protocol. */
export const code = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopic: 3,
  invalidTopic: 17,
  topicForbidden: 29,
} as const;

/** Whether an error, or one that caused it, has this name in the protocol. */
export function isBrokerError(error: unknown, ...names: readonly string[]): boolean {
  for (const one of causesOf(error)) {
    if (names.includes(String(peek(one, "apiId")))) return true;
  }
  return false;
}

/** What came although parts of it failed. Rethrows what has nothing. */
export function partialResponse<T>(error: unknown): T {
  const response = peek(error, "response");
  if (response === undefined || response === null) throw error;
  // The client keeps in the error what it would have resolved with.
  return response as T;
}

/** A part of an answer that failed, in words. `what` is what was asked for. */
export function refusal(what: string, errorCode: number): string {
  switch (errorCode) {
    case code.unknownTopic:
      return `${what} does not exist`;
    case code.topicForbidden:
      return `${what} is forbidden: the ACLs do not allow this client`;
    case code.invalidTopic:
      return `${what} is not a valid topic name`;
    default:
      return `${what} is not available: the broker answered with error ${errorCode}`;
  }
}
