import { json } from "statefun";

/** What the functions of a run do: the commands of the smoke suite, with what a proof needs beside them. */
export type Command =
  | { readonly kind: "increment" }
  | { readonly kind: "send"; readonly target: string; readonly commands: Commands }
  | {
      readonly kind: "sendAfter";
      readonly target: string;
      readonly delayMs: number;
      readonly token?: string;
      readonly commands: Commands;
    }
  | { readonly kind: "cancelSendAfter"; readonly token: string }
  /** Emits its label, which no other command has. */
  | { readonly kind: "sendEgress"; readonly label: string }
  /** Emits its label and remembers it: of a message that may be lost to a cancellation, or never be sent. */
  | { readonly kind: "leaveMark"; readonly label: string }
  | { readonly kind: "verify"; readonly expected: number }
  | { readonly kind: "reply"; readonly label: string };

export type Commands = readonly Command[];

/** Commands on their way. `number` counts what `from` sent to this target; 0 is in no order. */
export interface Envelope {
  readonly from: string;
  readonly number: number;
  readonly commands: Commands;
}

/** What an instance remembers beside its count. */
export interface Book {
  readonly sent: Record<string, number>;
  readonly received: Record<string, number>;
  readonly marks: string[];
  /** When the message of a token is due, at the earliest. */
  readonly due: Record<string, number>;
  /** Tokens that were cancelled for certain before their message was due. */
  readonly cancelled: string[];
  readonly violations: string[];
}

export const envelopes = json<Envelope>("simulation/Commands");
export const books = json<Book>("simulation/Book");
export const interpreter = "simulation/interpreter";
export const labels = "simulation/labels";
export const marks = "simulation/marks";
export const verifications = "simulation/verifications";
