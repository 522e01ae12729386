import { type Signal, signal } from "../signal.ts";
import { ApiError } from "./client.ts";
import { readEvents } from "./events.ts";
import { sleep } from "./sleep.ts";

/**
 * `off`: nothing on this page is live. `paused`: an operator stopped it. `hidden`: the tab is. `lost`: the figures that are
 * shown are as old as `lastHeard` says.
 */
export type LiveStatus = "off" | "connecting" | "live" | "lost" | "paused" | "hidden";

export const liveStatus: Signal<LiveStatus> = signal("off");
/** When the server said something last, by the clock of the page. */
export const lastHeard: Signal<number> = signal(0);
/** Why the connection was refused, where a new attempt does not help. */
export const liveRefusal: Signal<ApiError | undefined> = signal(undefined);

const first = 1_000;
const longest = 15_000;
/** A server says something at least every 15 s; a connection that says nothing for longer is dead. */
const silenceMs = 40_000;

interface Topic {
  readonly value: Signal<unknown>;
  watchers: number;
}

const topics = new Map<string, Topic>();
let stop: AbortController | undefined;
let isPaused = false;
let isPlanned = false;
let generation = 0;

/** The newest snapshot of a topic: undefined until it has come. It stays while nobody watches, and is old then. */
export function topic<T>(name: string): Readonly<Signal<T | undefined>> {
  // What a topic carries is said by the OpenAPI document of the API.
  return topicOf(name).value as Readonly<Signal<T | undefined>>;
}

/** Watches topics until the result is called. Several watchers share one stream. */
export function watch(names: readonly string[]): () => void {
  for (const name of names) topicOf(name).watchers++;
  plan();
  return () => {
    for (const name of names) topicOf(name).watchers--;
    plan();
  };
}

export function setPaused(paused: boolean): void {
  isPaused = paused;
  plan();
}

/** Connects anew: after a sign-in, for example. */
export function reconnect(): void {
  generation++;
  plan();
}

document.addEventListener("visibilitychange", plan);
addEventListener("online", reconnect);
// A page that goes into the cache for "back" must not keep a connection.
addEventListener("pagehide", () => stop?.abort());
addEventListener("pageshow", plan);

function topicOf(name: string): Topic {
  const found = topics.get(name);
  if (found !== undefined) return found;
  const made = { value: signal<unknown>(undefined), watchers: 0 };
  topics.set(name, made);
  return made;
}

let connected = "";

/** Once for all that changes in this moment: a screen that follows another one watches most of the same. */
function plan(): void {
  if (isPlanned) return;
  isPlanned = true;
  queueMicrotask(() => {
    isPlanned = false;
    const wanted = [...topics].filter(([, { watchers }]) => watchers > 0).map(([name]) => name);
    const idle =
      wanted.length === 0 ? "off" : isPaused ? "paused" : document.hidden ? "hidden" : "";
    const key = idle === "" ? `${generation} ${wanted.sort().join(",")}` : idle;
    if (key === connected && stop?.signal.aborted !== true) return;
    connected = key;
    stop?.abort();
    stop = undefined;
    if (idle !== "") {
      liveStatus.value = idle as LiveStatus;
      return;
    }
    stop = new AbortController();
    void run(wanted, stop.signal);
  });
}

async function run(wanted: readonly string[], signal: AbortSignal): Promise<void> {
  let wait = first;
  if (liveStatus.value !== "live") liveStatus.value = "connecting";
  while (!signal.aborted) {
    try {
      await listen(wanted, signal, () => {
        wait = first;
      });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
        liveRefusal.value = error;
        liveStatus.value = "lost";
        return;
      }
    }
    if (signal.aborted) return;
    liveStatus.value = "lost";
    await sleep(wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, longest);
  }
}

/** One connection, until it ends or says nothing any more. */
async function listen(
  wanted: readonly string[],
  signal: AbortSignal,
  onOpen: () => void,
): Promise<void> {
  const connection = new AbortController();
  const end = (): void => connection.abort();
  signal.addEventListener("abort", end, { once: true });
  let silence = setTimeout(end, silenceMs);
  const heard = (): void => {
    lastHeard.value = Date.now();
    liveStatus.value = "live";
    clearTimeout(silence);
    silence = setTimeout(end, silenceMs);
  };
  try {
    await readEvents(
      wanted,
      connection.signal,
      () => {
        liveRefusal.value = undefined;
        heard();
        onOpen();
      },
      ({ name, data }) => {
        heard();
        if (name !== "") topicOf(name).value.value = JSON.parse(data);
      },
    );
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", end);
    // A reader that was left in the middle must not keep the connection.
    end();
  }
}
