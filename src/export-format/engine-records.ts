import type { WireAddress, WireValue } from "../model/invocation.ts";

// Records as an engine has them, as far as they are exported: those of `../engine/contract/records.ts` fit, both ways.

interface Mail {
  readonly number: number;
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
}

export interface EngineMessage extends Mail {
  readonly attempts: number;
  readonly crashes: number;
}

export interface EngineTimer extends Mail {
  readonly dueAt: number;
  readonly owner: string | undefined;
  readonly token: string | undefined;
}

export interface EngineRecord {
  readonly number: number;
  readonly egress: string;
  readonly from: WireAddress;
  readonly argument: WireValue;
  readonly expiresAt: number | undefined;
}

export interface EngineDeadLetter extends Mail {
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: number;
  readonly egress: string | undefined;
}

export interface EngineKey {
  readonly number: number;
  readonly target: WireAddress;
  readonly key: string;
  readonly digest: string;
  readonly call: string | undefined;
  readonly expiresAt: number;
  readonly outcome:
    | { readonly kind: "reply"; readonly value: WireValue }
    | { readonly kind: "error"; readonly code: string; readonly reason: string }
    | undefined;
}

export interface EnginePause {
  readonly typename: string;
  readonly id: string | undefined;
  readonly since: number;
  readonly who: string;
  readonly why: string | undefined;
}

export interface EngineState {
  readonly value: WireValue;
  readonly expiresAt: number | undefined;
}
