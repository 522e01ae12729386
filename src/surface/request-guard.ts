import type { RequestHead } from "../http/request-head.ts";
import type { BufferedResponse } from "../http/server-hints.ts";
import { peek } from "../internal/show.ts";
import {
  answerError,
  answerFailed,
  answerThrown,
  responseOf,
  type SurfaceResponse,
} from "./answers.ts";
import type { ErrorDetailLevel } from "./options.ts";

/** Concurrent requests, including calls that wait: each holds its body or its place in a mailbox. */
const maxRequests = 10_000;

/** Stands around the routes, which throw what they refuse. */
export interface RequestGuard {
  /** Whether there is no room for one more. */
  isFull(): boolean;
  /** One more runs from now on. `finish` is called for it, once. */
  enter(): void;
  /** As `run`, for one that has entered before. */
  finish<A extends SurfaceResponse>(
    head: RequestHead,
    work: () => Promise<A>,
  ): Promise<A | BufferedResponse>;
  /** What the work ends with, an answer in any case. Never rejects. */
  run<A extends SurfaceResponse>(
    head: RequestHead,
    work: () => Promise<A>,
  ): Promise<A | BufferedResponse>;
}

/** `onError` gets unexpected errors. */
export function createRequestGuard(
  onError: (error: unknown) => void,
  detail: ErrorDetailLevel,
): RequestGuard {
  let running = 0;
  const failed = (error: unknown, { signal }: RequestHead): BufferedResponse => {
    const answer = answerThrown(error, detail);
    // The cause is shown nowhere else.
    if (detail === "code" && peek(error, "code") === "unavailable" && peek(error, "cause")) {
      onError(error);
    }
    if (answer !== undefined) return answer;
    // The client has disconnected: this is not a failure, and the answer is not read.
    if (signal.aborted && error === signal.reason) {
      return answerError(503, "unavailable", "the client has disconnected");
    }
    onError(error);
    return answerFailed();
  };
  const enter = (): void => {
    running++;
  };
  const finish: RequestGuard["finish"] = async (head, work) => {
    try {
      return await work();
    } catch (error) {
      return failed(error, head);
    } finally {
      running--;
    }
  };
  return {
    isFull: () => running >= maxRequests,
    enter,
    finish,
    run(head, work) {
      enter();
      return finish(head, work);
    },
  };
}

export function answerFull(): BufferedResponse {
  const text = `limit of ${maxRequests} concurrent requests reached: try again later`;
  return answerError(503, "unavailable", text);
}

/** A fetch handler of its own, around one route: it never rejects. */
export function guardedRoute(
  route: (request: Request) => Promise<SurfaceResponse>,
  onError: (error: unknown) => void,
  detail: ErrorDetailLevel,
): (request: Request) => Promise<Response> {
  const guard = createRequestGuard(onError, detail);
  return async (request) =>
    responseOf(guard.isFull() ? answerFull() : await guard.run(request, () => route(request)));
}
