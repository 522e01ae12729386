import { callerTypename, reserved } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import { plainValue, type WireAddress, type WireValue } from "../../model/invocation.ts";
import type { Journal } from "../commit/journal.ts";
import { type PendingMessage, sizeOf } from "../commit/pending-message.ts";
import type { LinkMessage } from "../contract/links.ts";
import type { EngineParts } from "../contract/options.ts";
import type { DeadRecord } from "../contract/records.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { Calls } from "./calls.ts";
import type { LinksOut } from "./links-out.ts";
import {
  callHome,
  deadLetterFromMessage,
  isDeadLetterAddress,
  isEgressAddress,
  isReserved,
} from "./system-addresses.ts";

/** Handlers of messages to the engine's own addresses. */
export interface OwnMailboxes {
  keep(from: WireAddress, egress: string, argument: WireValue): void;
  bury(letter: Omit<DeadRecord, "number">): void;
  /** A message that no function may be given: it is kept among the dead letters, and reported. */
  refuse(message: LinkMessage, error: StateFunError): void;
}

/** Brings a message to where its target is: a mailbox here, the outbox of a link, or a call that waits. */
export class Router {
  readonly #options: Pick<EngineParts, "name" | "placement" | "isPartition" | "recording">;
  readonly #journal: Journal;
  readonly #mailboxes: Mailboxes;
  readonly #links: LinksOut | undefined;
  readonly #calls: Calls;
  readonly #own: OwnMailboxes;

  constructor(
    options: Pick<EngineParts, "name" | "placement" | "isPartition" | "recording">,
    journal: Journal,
    mailboxes: Mailboxes,
    links: LinksOut | undefined,
    calls: Calls,
    own: OwnMailboxes,
  ) {
    this.#options = options;
    this.#journal = journal;
    this.#mailboxes = mailboxes;
    this.#links = links;
    this.#calls = calls;
    this.#own = own;
  }

  /**
   * Whether this partition is that of an address. A message for an address without a partition stays in the
   * partition that got it.
   */
  isHere(target: WireAddress): boolean {
    try {
      return this.partitionOf(target) === this.#options.name;
    } catch {
      return true;
    }
  }

  /** The partition that a message to this address goes to. Throws `invalid_argument` where the placement names none. */
  partitionOf(target: WireAddress): string {
    const { name, placement, isPartition } = this.#options;
    if (this.#links === undefined) return name;
    if (target.typename !== callerTypename) return placement(target);
    // A reply to an id that is not of a call ends here, because nothing waits for it.
    const home = callHome(target.id);
    return home !== undefined && isPartition(home) ? home : name;
  }

  /**
   * Sends a message of a program in the open window; it can only reach functions and callers. `number` is given if
   * the message has one already. Returns the message if its mailbox is here. Throws nothing, because a step is
   * half applied.
   */
  post(
    caller: WireAddress | undefined,
    target: WireAddress,
    argument: WireValue,
    number?: number,
  ): PendingMessage | undefined {
    const { typename } = target;
    // A caller is answered by a function: what comes from outside has no answer for anybody.
    if (isReserved(typename) || (typename === callerTypename && caller === undefined)) {
      const error = reserved("the target of a message", typename);
      this.#own.refuse({ target, caller, argument }, error);
      return undefined;
    }
    let partition: string;
    try {
      partition = this.partitionOf(target);
    } catch (error) {
      // It had one when it was sent: a deploy has changed the placement, or it does not always say the same.
      this.#own.refuse({ target, caller, argument }, asRefusal(error));
      return undefined;
    }
    if (this.#links !== undefined && partition !== this.#options.name) {
      this.#links.append(partition, { target, caller, argument: plainValue(argument) });
    } else if (typename === callerTypename) {
      this.#calls.settle(target.id, { kind: "reply", value: plainValue(argument) });
    } else {
      const mail = mailOf(number ?? this.#journal.nextNumber(), caller, target, argument);
      this.#mailboxes.append(mail);
      this.#options.recording?.recorder?.appended(mail);
      return mail;
    }
    return undefined;
  }

  /** Sends a message of the engine itself to another partition: without links there is none. No message of a program comes through here. */
  postOwn(caller: WireAddress | undefined, target: WireAddress, argument: WireValue): void {
    this.#links?.append(this.partitionOf(target), { target, caller, argument });
  }

  /** Whether a message that is taken waits in a mailbox. An answer, a kept record or a dead letter does not. */
  isForMailbox(target: WireAddress): boolean {
    return !isReserved(target.typename) && target.typename !== callerTypename;
  }

  /** Takes what the engine of another partition has sent. Returns the message if it waits in a mailbox here. */
  take(message: LinkMessage): PendingMessage | undefined {
    const { caller, target, argument } = message;
    if (isEgressAddress(target) && caller !== undefined) {
      this.#own.keep(caller, target.id, argument);
    } else if (isDeadLetterAddress(target)) {
      const letter = deadLetterFromMessage(argument);
      if (letter !== undefined) this.#own.bury(letter);
      else this.#own.refuse(message, unreadable());
    } else {
      return this.post(caller, target, argument);
    }
    return undefined;
  }
}

function unreadable(): StateFunError {
  const text = "a dead letter of another partition cannot be read: its bytes are kept unchanged";
  return new StateFunError("malformed_request", text);
}

function asRefusal(error: unknown): StateFunError {
  return error instanceof StateFunError
    ? error
    : new StateFunError("invalid_argument", reasonOf(error), { cause: error });
}

function mailOf(
  number: number,
  caller: WireAddress | undefined,
  target: WireAddress,
  argument: WireValue,
): PendingMessage {
  return {
    number,
    target,
    caller,
    argument,
    bytes: sizeOf({ argument, target, caller }),
    attempts: 0,
    crashes: 0,
    storedIn: 0,
    isGone: false,
    mayWait: 0,
    isCareful: false,
    isRecovered: false,
  };
}
