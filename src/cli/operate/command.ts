import type { Flags, ParsedArguments } from "../arguments.ts";
import type { Api } from "./http/api.ts";
import { connectionFlags } from "./http/connection.ts";
import type { Output } from "./output/output.ts";

/** What a command runs with. */
export interface Run {
  /** Of the command. */
  readonly name: string;
  readonly given: ParsedArguments;
  readonly api: Api;
  readonly out: Output;
}

export interface OperateCommand {
  readonly flags: Flags;
  /** What its first argument is, for completion. */
  readonly first?: "function" | "shell";
  /** Resolves with an exit code. */
  readonly run: (run: Run) => Promise<number>;
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

/** Of every command. */
export const commonFlags: Flags = { ...connectionFlags, json: flag };
export const listFlags: Flags = { ...commonFlags, limit: text, all: flag };
/** Of what changes something. */
export const actFlags: Flags = { ...commonFlags, key: text, why: text };
/** By which dead letters are chosen. */
export const filterFlags: Flags = {
  function: text,
  code: text,
  reason: text,
  since: text,
  until: text,
};
export { flag as booleanFlag, text as textFlag };
