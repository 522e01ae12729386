import type { Origins } from "../surface/origins.ts";
import type { SeenFile } from "./supervisor/loaded-files.ts";

/** A function as it is shown. */
export interface ShownFunction {
  readonly typename: string;
  /** Typenames of the messages that it takes; undefined for any. */
  readonly accepts: readonly string[] | undefined;
  readonly replies: readonly string[] | undefined;
  readonly states: readonly { readonly name: string; readonly type: string }[];
  /** A request to begin with, as a shell takes it; undefined where a message cannot be written by hand. */
  readonly curl: string | undefined;
}

/** What has changed since before a restart, by typename. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** One that is gone, and the only new one that takes and keeps the same. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

/** The ports that a module file has for the playground. */
export interface ShownPlayground {
  readonly ingress?: { readonly url: string };
  readonly egress?: { readonly url: string; readonly topics: readonly string[] };
}

/** What a running application reports about itself, except its address. */
export interface ShownApplication {
  readonly functions: readonly ShownFunction[];
  /** Functions that run elsewhere, and where. */
  readonly endpoints: readonly { readonly functions: string; readonly url: string }[];
  readonly egresses: readonly { readonly typename: string; readonly isKept: boolean }[];
  /** A request to begin with, as a shell takes it. Undefined without a function of this process. */
  readonly example:
    | { readonly typename: string; readonly id: string; readonly curl: string }
    | undefined;
}

export interface Listening extends ShownApplication {
  readonly event: "listening";
  readonly version: string;
  readonly url: string;
  /** Where a browser sees the application. */
  readonly console: string;
  readonly port: number;
  readonly pid: number;
  readonly store: string;
  readonly playground: ShownPlayground;
}

/** What happens while it runs. */
export type Happening =
  | {
      readonly event: "record";
      readonly egress: string;
      readonly from: string;
      readonly value: string;
    }
  | {
      readonly event: "dead-letter";
      readonly id: string;
      readonly address: string;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly event: "error";
      readonly message: string;
      readonly address?: string;
      readonly attempt?: number;
    }
  | { readonly event: "warning"; readonly message: string }
  | { readonly event: "more"; readonly count: number };

/** Why an application did not start. `waits`: another version of its files may. */
export interface Failed {
  readonly event: "failed";
  readonly message: string;
  readonly exitCode: number;
  readonly waits: boolean;
}

/** From the application process to its supervisor. */
export type ApplicationEvent =
  | { readonly event: "file"; readonly file: SeenFile }
  | Listening
  | Happening
  | Failed;

/** What the supervisor prints with `--json`, one object per line. */
export type PrintedEvent =
  | Listening
  | (Omit<Listening, "event"> & { readonly event: "restarted"; readonly changes: Changes })
  | Happening
  | { readonly event: "restarting"; readonly reason: string }
  | { readonly event: "waiting"; readonly reason: string }
  | { readonly event: "stopped" };

/** Settings for the application process, beside `stop` messages: an argument of the command line, as JSON. */
export interface ApplicationSettings {
  /** The number of the process that starts it. */
  readonly supervisor: number;
  readonly entry: string | undefined;
  readonly modules: readonly string[];
  /** Whether the Kafka parts of the module files start here. */
  readonly startsConnectors: boolean;
  readonly host: string;
  readonly port: number;
  /** Of pages that may send too. */
  readonly origins: Origins;
  /** Undefined keeps state in memory. */
  readonly file: string | undefined;
  /** Whether the user said where state is: else the store of the entry's options comes first. */
  readonly isStoreGiven: boolean;
}

/** The hidden command of a process that runs an application for `statefun dev`. */
export const applicationCommand = "~application";

/** The hidden command that shells ask for what may stand at the cursor. */
export const completeCommand = "~complete";

/** How long running handlers may take when an application stops: what they did not finish runs again. */
export const drainMs = 3_000;
