import type { Assignment, CommittedOffset, ConsumerClient } from "./client.ts";
import { consumerSettings } from "./consumer-settings.ts";
import type { IngressParts } from "./ingress-settings.ts";
import { backOff, wait, within } from "./wait.ts";

/** How long a rebalance waits for what was given to the engine to be stored. */
const revokeMs = 5_000;

export interface MembershipEvents {
  /**
   * Whoever has partitions loses them when this resolves: nothing of them may be taken any more, and what was taken is to
   * be committed before.
   */
  revoke(): Promise<void>;
  assign(partitions: readonly Assignment[]): void;
}

/** A place in a consumer group, kept until `leave` whatever happens to the brokers. */
export class Membership {
  readonly client: ConsumerClient;
  readonly #parts: IngressParts;
  readonly #events: MembershipEvents;
  #isJoining = false;

  constructor(parts: IngressParts, events: MembershipEvents) {
    this.#parts = parts;
    this.#events = events;
    const { kafka, settings, identity, signal } = parts;
    this.client = new kafka.Consumer({
      // One member a store: after a crash it takes its place again at once, instead of waiting until it is missed.
      groupInstanceId: `${settings.typename.replace("/", ".")}-${identity}`,
      ...consumerSettings(settings),
      protocolsMetadata: async () => {
        await within(this.#events.revoke(), revokeMs);
        return emptyBuffer();
      },
    });
    this.client.topics.trackAll(...settings.topics.keys());
    this.client.on("consumer:group:join", ({ assignments = [] }) => {
      if (!signal.aborted) events.assign(assignments);
    });
    // A rejoin of its own has failed, and it does not try again.
    this.client.on("error", () => this.join());
  }

  /** Joins, or joins again, in the background. */
  join(): void {
    // Rejects for nothing: what can fail is caught where it does.
    if (!this.#isJoining) void this.#join();
  }

  async #join(): Promise<void> {
    const { signal, report } = this.#parts;
    this.#isJoining = true;
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        await this.client.joinGroup();
        break;
      } catch (error) {
        if (signal.aborted) break;
        // The coordinator of a group is found at a second try, as often as not.
        if (tries > 1) report(error);
        this.client.clearMetadata();
        await wait(backOff(tries, 100, 5_000), signal);
      }
    }
    this.#isJoining = false;
  }

  /** Rejects when the group has another opinion of who has these partitions, among others. */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    if (offsets.length > 0) await this.client.commit({ offsets });
  }

  /** Gives its partitions away at once, where the brokers can be reached. */
  async leave(): Promise<void> {
    await this.client.close(true).catch(() => {});
  }
}

/** The client wants one of Node's own: every runtime that it runs on has them. */
function emptyBuffer(): Uint8Array {
  const { Buffer } = globalThis as unknown as { Buffer: { alloc(size: number): Uint8Array } };
  return Buffer.alloc(0);
}
