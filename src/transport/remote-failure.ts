import { StateFunError } from "../internal/errors.ts";

/** A remote function has answered that it failed: what a throw is to a function of this process. */
export class RemoteFailure extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = "RemoteFailure";
    this.status = status;
  }
}

/** An answer that cannot be what a function meant. */
export function nonsense(text: string, cause?: unknown): StateFunError {
  return new StateFunError("malformed_request", text, cause === undefined ? {} : { cause });
}
