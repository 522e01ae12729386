import { callerTypename, isOwnNamespace, isRecord } from "../../internal/assert.ts";
import { bytesFromText, noBytes, textFromBytes } from "../../internal/bytes.ts";
import { isAddress, isCount } from "../../model/guards.ts";
import type { WireAddress, WireHeader, WireValue } from "../../model/invocation.ts";
import type { DeadRecord, Position } from "../contract/records.ts";

/** Where records of a kept egress go, which is the id: one partition keeps all of them, in one order. */
const egressTypename = "statefun/egress";
/** Where dead letters go: one partition has those of all. */
const deadLetterTypename = "statefun/dead-letter";
/** Where it is said which addresses have a state: the id is the part of the directory, of several. */
export const directoryTypename = "statefun/directory";
/** What a dead letter says beside its message, on its way there. */
const dossierName = "statefun/dead-letter";

/**
 * The address that a call's reply goes to. It names the partition that waits for the reply, and is never given
 * twice: `opener` belongs to one run of the engine, because user code may see numbers of windows that are lost. It
 * cannot be guessed from others: `secret` is of a cryptographic source.
 */
export function callAddress(
  opener: string,
  number: Position,
  partition: string,
  secret: string,
): WireAddress {
  return { typename: callerTypename, id: `${opener}-${number}-${secret}@${partition}` };
}

/** The partition that a call's address names; undefined for an id that no engine gave. */
export function callHome(id: string): string | undefined {
  const at = id.indexOf("@");
  return at < 0 ? undefined : id.slice(at + 1);
}

/** Whether only the engine itself may send there. */
export function isReserved(typename: string): boolean {
  return isOwnNamespace(typename) && typename !== callerTypename;
}

export function egressAddress(egress: string): WireAddress {
  return { typename: egressTypename, id: egress };
}

export function isEgressAddress({ typename }: WireAddress): boolean {
  return typename === egressTypename;
}

export const deadLetterAddress: WireAddress = { typename: deadLetterTypename, id: "" };

export function isDeadLetterAddress({ typename }: WireAddress): boolean {
  return typename === deadLetterTypename;
}

export function isDirectoryAddress({ typename }: WireAddress): boolean {
  return typename === directoryTypename;
}

/** What keys of operators' actions are used with, and who writes the record of them. */
export const adminAddress: WireAddress = { typename: "statefun/admin", id: "" };
/** Where it is written what operators did. */
export const activityEgress = "statefun/activity";

type Dossier = Omit<DeadRecord, "number" | "argument">;

/** A dead letter as a message: its own, with what became of it in a header behind the others. */
export function deadLetterToMessage({
  argument,
  ...dossier
}: Omit<DeadRecord, "number">): WireValue {
  const value = bytesFromText(JSON.stringify(dossier));
  const header: WireHeader = { key: dossierName, value };
  return { ...argument, headers: [...argument.headers, header] };
}

/** Undefined if it is not a message: a stored or received byte has changed. */
export function deadLetterFromMessage(message: WireValue): Omit<DeadRecord, "number"> | undefined {
  const header = message.headers.at(-1);
  if (header?.key !== dossierName) return undefined;
  let dossier: unknown;
  try {
    dossier = JSON.parse(textFromBytes(header.value ?? noBytes));
  } catch {
    return undefined;
  }
  if (!isDossier(dossier)) return undefined;
  const { target, caller, code, reason, attempts, failedAt, egress } = dossier;
  const argument = { ...message, headers: message.headers.slice(0, -1) };
  return { target, caller, argument, code, reason, attempts, failedAt, egress };
}

function isDossier(value: unknown): value is Dossier {
  if (!isRecord(value)) return false;
  const { target, caller, code, reason, attempts, failedAt, egress } = value;
  return (
    isAddress(target) &&
    (caller === undefined || isAddress(caller)) &&
    typeof code === "string" &&
    typeof reason === "string" &&
    isCount(attempts) &&
    isCount(failedAt) &&
    (egress === undefined || typeof egress === "string")
  );
}
