import { bytesFromText } from "../../../internal/bytes.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminFeature } from "../admin-host.ts";
import { shownEgresses, shownEndpoints, shownIngresses } from "../reads/connections.ts";
import { shownGroups } from "../reads/dead-letters.ts";
import { functionCounters } from "../reads/functions.ts";
import { shownGraph } from "../reads/graph.ts";
import { shownNewest } from "../reads/messages.ts";
import { shownOverview } from "../reads/overview.ts";
import { shownErrors, shownTroubles } from "../reads/troubles.ts";
import { shownWindows } from "../reads/windows.ts";

type From = Pick<AdminCall, "host" | "admin">;

/** Of one snapshot, in bytes. What is larger is said to be: its route has all of it, page by page. */
const maxBytes = 131_072;
/** Items of one snapshot: the newest, the worst, or the largest; fewer where they are long. */
const maxItems = 20;
const itemBytes = maxBytes - 1_024;

interface Topic {
  /** What an engine must have for it. */
  readonly needs?: AdminFeature;
  readonly show: (from: From) => Promise<object>;
}

const topics: ReadonlyMap<string, Topic> = new Map([
  ["overview", { show: shownOverview }],
  [
    "functions",
    {
      needs: "figures",
      show: async ({ admin }) => functionCounters(await admin.figures(), itemBytes),
    },
  ],
  ["troubles", { needs: "troubles", show: (from) => shownTroubles(from, maxItems, itemBytes) }],
  ["errors", { needs: "errors", show: (from) => shownErrors(from, maxItems, itemBytes) }],
  ["dead-letters", { show: (from) => shownGroups(from, {}, maxItems, itemBytes) }],
  ["egresses", { show: shownEgresses }],
  ["endpoints", { needs: "figures", show: shownEndpoints }],
  ["ingresses", { show: shownIngresses }],
  ["graph", { needs: "graph", show: shownGraph }],
  ["messages", { needs: "recording", show: (from) => shownNewest(from, itemBytes) }],
  ["windows", { needs: "figures", show: shownWindows }],
] satisfies readonly [string, Topic][]);

/** What can be watched. */
export const topicNames: readonly string[] = [...topics.keys()];

/** What an engine lacks for a topic: a sentence, or undefined where it has all. */
export function lackOf(topic: string, { admin }: From): string | undefined {
  const needs = topics.get(topic)?.needs;
  return needs === undefined ? undefined : admin.lacks[needs];
}

/** A snapshot is shown for so many times as long as it took to make: what goes through a million dead letters takes seconds. */
const rest = 10;

interface Snapshot {
  readonly freshUntil: number;
  readonly text: string;
  /** Counts up with each other text. */
  readonly version: number;
}

/** The newest snapshot of each topic: all streams of an application share them, and each is made once a second at most. */
export class Snapshots {
  readonly #from: From;
  readonly #everyMs: number;
  readonly #newest = new Map<string, Snapshot>();
  /** Those that are being made: whoever asks meanwhile waits for the same. */
  readonly #making = new Map<string, Promise<Snapshot>>();

  constructor(from: From, everyMs: number) {
    this.#from = from;
    this.#everyMs = everyMs;
  }

  /** The version of a topic, and its event. */
  async of(topic: string): Promise<{ readonly version: number; readonly bytes: () => Uint8Array }> {
    const found = this.#newest.get(topic);
    const isFresh = found !== undefined && performance.now() < found.freshUntil;
    const snapshot = isFresh ? found : await this.#once(topic);
    const { text, version } = snapshot;
    return { version, bytes: () => bytesFromText(`event: ${topic}\ndata: ${text}\n\n`) };
  }

  #once(topic: string): Promise<Snapshot> {
    const found = this.#making.get(topic);
    if (found !== undefined) return found;
    const making = this.#made(topic).finally(() => this.#making.delete(topic));
    this.#making.set(topic, making);
    return making;
  }

  async #made(topic: string): Promise<Snapshot> {
    const madeAt = performance.now();
    const body = await topics.get(topic)?.show(this.#from);
    const whole = JSON.stringify(body);
    const text = whole.length <= maxBytes ? whole : JSON.stringify({ isTooLarge: true });
    const before = this.#newest.get(topic);
    const version = (before?.version ?? 0) + (before?.text === text ? 0 : 1);
    const now = performance.now();
    const freshUntil = Math.max(madeAt + this.#everyMs, now + rest * (now - madeAt));
    const snapshot = { freshUntil, text, version };
    this.#newest.set(topic, snapshot);
    return snapshot;
  }
}
