import { StateFunError, type StateFunErrorCode } from "../../internal/errors.ts";

/** Exit codes of the commands for operators, beside 2 for arguments that cannot be. */
export const exitCodes = {
  done: 0,
  /** The server refused it, or it failed. */
  refused: 1,
  usage: 2,
  /** The server is not reachable, or it is unknown whether it was done. */
  unknown: 3,
  nothing: 4,
  /** By Ctrl-C, as shells have it. */
  interrupted: 130,
} as const;

interface FailureDetails {
  readonly exitCode: number;
  /** The code that the server gave. */
  readonly remote?: string;
  /** Whether the request may have been done all the same. */
  readonly isUnknown?: boolean;
  readonly cause?: unknown;
}

/** Why a command ends, in one line, with its exit code. */
export class Failure extends StateFunError {
  readonly exitCode: number;
  readonly remote: string | undefined;
  readonly isUnknown: boolean;

  constructor(code: StateFunErrorCode, message: string, details: FailureDetails) {
    super(code, message, { cause: details.cause });
    this.exitCode = details.exitCode;
    this.remote = details.remote;
    this.isUnknown = details.isUnknown === true;
  }
}

/** Something that was asked for is not there. */
export function nothing(message: string): Failure {
  return new Failure("invalid_argument", message, { exitCode: exitCodes.nothing });
}
