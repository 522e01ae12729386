import { peek } from "../internal/show.ts";
import { answerError, answerFailed, answerThrown } from "./answers.ts";
import type { ErrorDetailLevel } from "./options.ts";

/** Concurrent requests, including calls that wait: each holds its body or its place in a mailbox. */
const maxRequests = 10_000;

/** A fetch handler around routes that throw what they refuse: it never rejects. `onError` gets unexpected errors. */
export function guarded(
  route: (request: Request) => Promise<Response>,
  onError: (error: unknown) => void,
  detail: ErrorDetailLevel,
  /** Requests that are answered even at the limit. */
  isExempt: (request: Request) => boolean = () => false,
): (request: Request) => Promise<Response> {
  let running = 0;
  return async (request) => {
    if (running >= maxRequests && !isExempt(request)) {
      const text = `limit of ${maxRequests} concurrent requests reached: try again later`;
      return answerError(503, "unavailable", text);
    }
    running++;
    try {
      return await route(request);
    } catch (error) {
      const answer = answerThrown(error, detail);
      // The cause is shown nowhere else.
      if (detail === "code" && peek(error, "code") === "unavailable" && peek(error, "cause")) {
        onError(error);
      }
      if (answer !== undefined) return answer;
      // The client has disconnected: this is not a failure, and the answer is not read.
      if (hasLeft(request, error))
        return answerError(503, "unavailable", "the client has disconnected");
      onError(error);
      return answerFailed();
    } finally {
      running--;
    }
  };
}

function hasLeft({ signal }: Request, error: unknown): boolean {
  return signal.aborted && error === signal.reason;
}
