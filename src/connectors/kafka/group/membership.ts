import { StateFunError } from "../../../internal/errors.ts";
import { peek } from "../../../internal/show.ts";
import { isBrokerError } from "../client/broker-errors.ts";
import type { Assignment } from "../client/client.ts";
import { causesOf } from "../client/client-reasons.ts";
import { backOff, Pause, wait, within } from "../client/wait.ts";
import type { IngressParts } from "../ingress-settings.ts";
import type { CommittedOffset, Group, Joined, Member } from "./group.ts";
import { countsOf, shareOut } from "./share-out.ts";
import {
  assignmentFrom,
  encodeAssignment,
  encodeSubscription,
  noteOf,
  protocol,
  subscriberFrom,
} from "./subscription.ts";

/** How long a rebalance waits for what was given to the engine to be stored. */
const revokeMs = 5_000;

export interface MembershipEvents {
  /**
   * When this resolves, the partitions are given up: nothing more of them may be taken, and what was taken must be
   * committed before.
   */
  revoke(): Promise<void>;
  assign(partitions: readonly Assignment[]): void;
  /** Another process has this identity, and is the member from now on. No callback is called after this. */
  fenced(error: StateFunError): void;
  /** How many partitions each of these topics has, as far as that can be seen. */
  count(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** A place in a consumer group, kept until `leave` whatever happens to the brokers. */
export class Membership {
  readonly #group: Group;
  readonly #parts: IngressParts;
  readonly #events: MembershipEvents;
  readonly #part: string;
  #member: Member | undefined;
  /** Topics that can be read, with their numbers of partitions. */
  #wanted: ReadonlyMap<string, number> = new Map();
  #isStale = false;
  #life = newLife();
  /** The assignment was made for an earlier run, and a new one was requested. */
  #isRepeated = false;
  readonly #pause: Pause = new Pause();

  constructor(group: Group, parts: IngressParts, events: MembershipEvents) {
    this.#group = group;
    this.#parts = parts;
    this.#events = events;
    this.#part = `group ${group.settings.group}`;
  }

  /** Reads these topics from now on. The group rebalances when the topics or their numbers of partitions change. */
  subscribe(topics: ReadonlyMap<string, number>): void {
    const isSame =
      topics.size === this.#wanted.size &&
      [...topics].every(([topic, count]) => this.#wanted.get(topic) === count);
    if (isSame) return;
    this.#wanted = topics;
    this.#isStale = true;
    this.#pause.wake();
  }

  /** Joins, and joins again whenever it has to, until it is stopped. Never rejects. */
  async run(): Promise<void> {
    const { signal, troubles } = this.#parts;
    let tries = 0;
    while (!signal.aborted) {
      if (this.#wanted.size === 0 && this.#member === undefined) {
        await this.#wait(60_000);
        continue;
      }
      try {
        await this.#join();
        tries = 0;
        await this.#stay();
      } catch (error) {
        if (signal.aborted) return;
        if (isBrokerError(error, "FENCED_INSTANCE_ID")) return this.#fenced(error);
        if (isPassing(error)) tries = 0;
        else troubles.set(this.#part, this.#inOurWords(error));
        this.#renamed(error);
        await wait(backOff(tries++, 100, 5_000), signal);
      }
    }
  }

  /** Rejects when one of these partitions belongs to another member according to the group. */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    if (this.#member !== undefined && offsets.length > 0) {
      await this.#group.commit(this.#member, offsets);
    }
  }

  /** Gives its partitions away at once, where the brokers can be reached. */
  async leave(): Promise<void> {
    const member = this.#member;
    this.#member = undefined;
    if (member !== undefined) await this.#group.leave(member).catch(() => {});
  }

  async #join(): Promise<void> {
    const { kafka, signal, troubles } = this.#parts;
    await within(this.#events.revoke(), revokeMs);
    for (;;) {
      if (signal.aborted) return;
      this.#isStale = false;
      const wanted = this.#wanted;
      const note = noteOf(this.#life, wanted);
      const metadata = encodeSubscription(kafka, wanted.keys(), note);
      const joined = await this.#group.join(this.#member?.id ?? "", protocol, metadata);
      this.#member = joined;
      const shares = joined.isLeader ? await this.#shareOut(joined) : [];
      const assignment = assignmentFrom(kafka, await this.#group.sync(joined, shares));
      if (assignment.note !== note && !this.#isRepeated) {
        // Whoever comes back in time gets what its earlier life had, whatever has changed: the group has to look again.
        this.#isRepeated = true;
        this.#life = newLife();
        continue;
      }
      this.#isRepeated = assignment.note !== note;
      troubles.clear(this.#part);
      this.#assign(assignment.partitions, wanted);
      return;
    }
  }

  #assign(partitions: readonly Assignment[], wanted: ReadonlyMap<string, number>): void {
    const strange = partitions.filter(({ topic }) => !wanted.has(topic));
    this.#parts.troubles.clear("assignment");
    if (strange.length > 0) {
      const names = strange.map(({ topic }) => topic).join(", ");
      const text = `the leader of group ${this.#group.settings.group} assigned partitions of ${names} to a member that does not read these topics, so no member reads them. The leader's library ignores which topics members read: give this ingress a group of its own`;
      this.#parts.troubles.set("assignment", new StateFunError("unavailable", text), 0);
    }
    this.#events.assign(partitions.filter(({ topic }) => wanted.has(topic)));
  }

  async #shareOut({ members }: Joined) {
    const { kafka } = this.#parts;
    const subscribers = members.map((member) => subscriberFrom(kafka, member));
    const known = countsOf(subscribers, new Map());
    const topics = new Set(subscribers.flatMap((one) => one.topics));
    const unknown = [...topics].filter((topic) => !known.has(topic));
    const seen = unknown.length === 0 ? known : await this.#events.count(unknown);
    const shares = shareOut(subscribers, countsOf(subscribers, seen));
    return subscribers.map(({ memberId, note }) => ({
      memberId,
      assignment: encodeAssignment(kafka, shares.get(memberId) ?? new Map(), note),
    }));
  }

  /** Sends heartbeats until the group rebalances. Rejects when it is no longer a member. */
  async #stay(): Promise<void> {
    const { signal, times, troubles } = this.#parts;
    let lastMs = performance.now();
    while (!signal.aborted && !this.#isStale && this.#member !== undefined) {
      await this.#wait(times.heartbeatMs);
      if (signal.aborted || this.#isStale) return;
      try {
        await this.#group.heartbeat(this.#member);
        lastMs = performance.now();
        troubles.clear(this.#part);
      } catch (error) {
        if (isBrokerError(error, "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION")) return;
        if (isBrokerError(error, "UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID")) throw error;
        troubles.set(this.#part, error);
        // Others may have the partitions by now.
        if (performance.now() - lastMs > times.sessionTimeoutMs) return;
      }
    }
  }

  /** What is set wrongly here, by the names that it has here. */
  #inOurWords(error: unknown): unknown {
    const { group, sessionTimeoutMs } = this.#group.settings;
    if (!isBrokerError(error, "INVALID_SESSION_TIMEOUT")) return error;
    const text = `the brokers do not allow a session.timeout.ms of ${sessionTimeoutMs} in group ${group}: by default it is from 6,000 to 1,800,000`;
    return new StateFunError("unavailable", text, { cause: error });
  }

  /** The group knows it no more, or gives it a name first. */
  #renamed(error: unknown): void {
    if (isBrokerError(error, "UNKNOWN_MEMBER_ID")) this.#member = undefined;
    if (!isBrokerError(error, "MEMBER_ID_REQUIRED")) return;
    for (const one of causesOf(error)) {
      const id = peek(peek(one, "response"), "memberId");
      if (typeof id === "string") this.#member = { id, generation: -1 };
    }
  }

  #fenced(cause: unknown): void {
    this.#member = undefined;
    const { group, instance } = this.#group.settings;
    const text = `another member of group ${group} has replaced this one, which has stopped: both have the group.instance.id ${instance}. Either two processes run on copies of one store, or both set the same group.instance.id: give each its own, and restart this process`;
    this.#events.fenced(new StateFunError("unavailable", text, { cause }));
  }

  /** Resolves after a time, when something is wanted, or at the end. */
  async #wait(ms: number): Promise<void> {
    if (!this.#isStale) await this.#pause.wait(ms, this.#parts.signal);
  }
}

/** The group is being shared out: nothing is wrong. */
function isPassing(error: unknown): boolean {
  const names = ["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "MEMBER_ID_REQUIRED"];
  return isBrokerError(error, ...names, "UNKNOWN_MEMBER_ID");
}

function newLife(): string {
  return crypto.randomUUID();
}
