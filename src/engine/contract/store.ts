import type { StateFunError } from "../../internal/errors.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import type { PausedKey, PausedRecord } from "./actions.ts";
import type { AddressReads } from "./address-reads.ts";
import type {
  AcceptedRecord,
  DeadHead,
  DeadRecord,
  EgressRow,
  LinkIn,
  LinkOut,
  MessageRecord,
  OutboxRecord,
  Position,
  StoredCell,
  TimerHead,
  TimerRecord,
} from "./records.ts";
import type { StoreSnapshot } from "./snapshot.ts";

/** The last write to one state within a window. */
export interface CellWrite {
  readonly cell: number;
  readonly address: WireAddress;
  readonly name: string;
  /** Undefined deletes. */
  readonly value: WireValue | undefined;
  readonly expiresAt: number | undefined;
}

/** What came, and what went of what an earlier window stored. Removals are applied first. */
export interface Change<T, K = Position> {
  readonly added: readonly T[];
  readonly removed: readonly K[];
}

/**
 * The net effect of a prefix-closed piece of history. A plain value that is not changed afterwards: the same value
 * may be committed again, and then nothing happens.
 */
export interface CommitWindow {
  /** One more than that of the window before, stored with it. */
  readonly sequence: number;
  /** Random, of the engine that committed it: another one with a window of this sequence is refused. */
  readonly opener: string;
  /** When that engine was opened. */
  readonly openedAt: number;
  /** Engine time at its close, stored. Never less than that of the window before. */
  readonly time: number;
  /** The greatest position and the greatest cell given out so far, stored: neither is given again. */
  readonly lastNumber: Position;
  readonly lastCell: number;
  /** Chosen when the store was new: makes ids unique beyond this store. */
  readonly identity: string;
  /** Whether the engine stops here as it should. Any other window takes it back. */
  readonly isClean: boolean;
  /**
   * Whoever sent what is left to do sends it again until this engine says otherwise: no alarm is needed for it.
   * @default false
   */
  readonly isRepeatedBySenders?: boolean;
  readonly cells: readonly CellWrite[];
  /** States whose expiration alone has changed. A cell that is not stored (or no longer stored) is left alone. */
  readonly renewed: readonly { readonly cell: number; readonly expiresAt: number }[];
  readonly messages: Change<MessageRecord>;
  /** New counts of messages that an earlier window stored. */
  readonly attempts: readonly Pick<MessageRecord, "number" | "attempts" | "crashes">[];
  readonly timers: Change<TimerRecord>;
  readonly egress: Change<EgressRow>;
  readonly dead: Change<DeadRecord>;
  /** Written over what the same function or instance had. */
  readonly paused: Change<PausedRecord, PausedKey>;
  /** Written over what the same target and key had. */
  readonly accepted: readonly AcceptedRecord[];
  /** Positions of outside sources, by the name of the source. */
  readonly positions: readonly { readonly source: string; readonly position: string }[];
  /** How many kept records an egress may have at most: the oldest go, a bounded portion of them in each window. */
  readonly keep: readonly { readonly egress: string; readonly maxRecords: number }[];
}

/** The same of an engine that has links. One without them leaves these changes empty. */
export interface LinkWindow extends CommitWindow {
  readonly outbox: Change<OutboxRecord, { readonly link: string; readonly upTo: number }>;
  /** Written over what the same link had. */
  readonly linksOut: Change<LinkOut, string>;
  readonly linksIn: Change<LinkIn, string>;
  /** What the directory knows of this engine, in the place of what was stored of it. @default as it was */
  readonly reported?: string;
  /** States that expire up to then may be swept, and not later ones: they are reported to the directory first. @default `time` */
  readonly sweepTime?: number;
}

/** A state that has expired. */
export interface ExpiredCell {
  /** Undefined where its row does not say it. */
  readonly address: WireAddress | undefined;
  readonly name: string;
  readonly cell: number;
  readonly expiresAt: number;
}

/** What an engine reads that reports to a directory which addresses have a state. */
export interface PresenceStore {
  /** As the last window that said it. */
  reported(): string | undefined;
  /** Ids with a state, in an order of the store's own, `after` excluded; without those of more than 256 bytes. */
  idsOf(typename: string, after: string | undefined, limit: number): readonly string[];
  /** In order of their times. */
  expired(time: number, limit: number): readonly ExpiredCell[];
  /** Whether an address has a state that has not expired at this time. */
  hasValid(address: WireAddress, time: number): boolean;
}

/** What a store says when it is opened. All zero and undefined in a new one. */
export interface Opened {
  readonly sequence: number;
  readonly time: number;
  /** When the engine of the last window was opened. */
  readonly openedAt: number;
  readonly lastNumber: Position;
  readonly lastCell: number;
  readonly identity: string | undefined;
  /** The last window was a clean end, or there was none. */
  readonly isClean: boolean;
}

/**
 * What the engine needs of storage. Used by one engine at a time, never during a call to itself.
 *
 * Reads are synchronous and see every committed window; their results are the caller's own, byte arrays
 * included. Pages are in ascending order of position, after an exclusive lower bound, and hold at most
 * `limit` rows; a shorter page is not the end unless it is empty. Every method except `close` may throw: `store_failed`
 * with the cause. A read that throws stops the engine. A commit that throws is repeated for a minute, unless the error
 * has `isFinal: true`: no repetition can help, as with a file that is damaged, replaced or used by somebody else.
 */
export interface Store {
  /**
   * Takes the writer's lock, or rejects with `store_locked`; brings an older schema up to date, or
   * rejects a newer one with `store_newer`. Called once. A record that cannot be read later is reported, put aside and
   * left out, and the store goes on with the rest; a state that cannot be read is thrown, as `state_undecodable`.
   */
  open(report?: (error: StateFunError) => void): Promise<Opened>;
  /** Every state of an address by name, expired ones that are not swept yet included. */
  load(address: WireAddress): ReadonlyMap<string, StoredCell>;
  /** The names of these, without their values. */
  stateNames(address: WireAddress): readonly string[];
  /** One of them. */
  state(address: WireAddress, name: string): StoredCell | undefined;
  /** The number of one of them, also where its value cannot be read. */
  cellOf(address: WireAddress, name: string): number | undefined;
  messages(after: Position, limit: number): readonly MessageRecord[];
  /** The earliest time at which a timer is due. */
  nextDue(): number | undefined;
  /** Timers that are due at `until` or before, by time and then by position. */
  dueTimers(until: number, limit: number): readonly TimerRecord[];
  /** The waiting timer with this token. */
  timerByToken(owner: string, token: string): TimerRecord | undefined;
  timerAt(number: Position): TimerRecord | undefined;
  /** By position, those behind `after` if it is given. */
  timersOf(owner: string, limit: number, after?: Position): readonly TimerRecord[];
  /** All of them, or those of one function, without what they carry. */
  timerHeads(after: Position, limit: number, typename?: string): readonly TimerHead[];
  /** Egresses that have records to deliver. */
  unsentEgresses(): readonly string[];
  unsent(egress: string, after: Position, limit: number): readonly EgressRow[];
  /** Kept records that have not expired at `time`. */
  kept(egress: string, after: Position, limit: number, time: number): readonly EgressRow[];
  /** `typename` narrows to one function, or to one egress. */
  dead(after: Position, limit: number, typename?: string): readonly DeadRecord[];
  /** The same without their messages. */
  deadHeads(after: Position, limit: number, typename?: string): readonly DeadHead[];
  deadAt(number: Position): DeadRecord | undefined;
  countDead(): number;
  /** What operators have stopped: all of it, as an engine must know it before anything runs. */
  paused(): readonly PausedRecord[];
  accepted(target: WireAddress, key: string): AcceptedRecord | undefined;
  /** As above, of a call by the id that its reply goes to. */
  acceptedCall(call: string): AcceptedRecord | undefined;
  position(source: string): string | undefined;
  /** Absent where addresses are not listed: an object has few, and the keys of its rows do not have long ids. */
  readonly addresses?: AddressReads;
  /**
   * The store after the last window that was committed when it resolves: what makes it is loaded with the first one. `known`: addresses
   * of the caller's own, of which an object with long names says no more than a digest. What is unknown is refused; where it matters
   * only of some states, those of others may be left out. It is closed with the store. Absent where there is none.
   */
  snapshot?(
    known?: readonly WireAddress[],
    isNeeded?: (cell: number) => boolean,
  ): Promise<StoreSnapshot>;
  /**
   * All of the window or nothing, in order of `sequence`: the last one repeated by its own opener is a no-op,
   * anything else but the next one is refused. In each table removals go before additions, and then, judged
   * by what the window has written, a bounded portion of what has expired by the window's time is deleted.
   * A store without links has no use for the changes of links, which are empty then.
   * Takes what it keeps: the window's byte arrays are never changed by anyone. When it throws, the engine
   * cannot know whether it happened, and commits the same window again. On a platform with alarms one is set
   * in the same transaction, for the first due time, or soon while anything is left to do.
   */
  commit(window: LinkWindow): void;
  /**
   * Resolves when everything committed before survives whatever the store was made to survive. Rejects
   * when that can never be: the engine stops. `waiting` says how many wait for it, and may decide how it is done.
   */
  durable(waiting?: number): Promise<void>;
  /**
   * Reports once when it finds, while nothing is committed, that what is stored is not where it was: the engine stops.
   * Looks as often as suits it, and keeps no process alive. Absent where that cannot happen.
   */
  watch?(lost: (error: unknown) => void): void;
  /** Releases the lock. Never throws; nothing is called afterwards. */
  close(): void;
}

/** What an engine needs whose addresses are in several stores: it sends to the others over links. */
export interface LinkStore extends Store {
  linksOut(): readonly LinkOut[];
  linkIn(link: string): LinkIn | undefined;
  /** Links that were last seen before `time`. */
  silentLinks(time: number, limit: number): readonly LinkIn[];
  outbox(link: string, after: number, limit: number): readonly OutboxRecord[];
  /** Absent where there is no directory. */
  readonly presence?: PresenceStore;
  /**
   * Whether an alarm is set that comes as early as that of a window with something left to do. Absent where no alarm is
   * needed.
   */
  isWoken?(time: number): boolean;
  /** Sets such an alarm, unless there is one; `durable` says when it survives a crash. */
  wakeSoon?(time: number): void;
}
