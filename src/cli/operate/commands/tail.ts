import { setTimeout } from "node:timers/promises";
import { isRecord } from "../../../internal/assert.ts";
import { reasonOf } from "../../../internal/show.ts";
import { oneLine } from "../../output/one-line.ts";
import { commonFlags, type OperateCommand, type Run } from "../command.ts";
import { exitCodes, Failure } from "../failure.ts";
import { eventsOf, type ServerEvent } from "../http/events.ts";
import { wordsOf } from "../values.ts";

/** Waits between the attempts to connect again, doubled. */
const firstWaitMs = 500;
const lastWaitMs = 10_000;

/** `statefun tail`: what changes, one line each, until Ctrl-C. */
export const tailCommand: OperateCommand = {
  flags: { ...commonFlags, topic: { type: "string", multiple: true } },
  run: async (run) => {
    const { api, given, out } = run;
    wordsOf(given, "tail", []);
    const topics = given.texts("topic").flatMap((one) => one.split(","));
    const query = { topics: topics.length === 0 ? undefined : topics.join(",") };
    const signal = AbortSignal.any([api.signal, out.closed]);
    try {
      await followed(run, query, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return exitCodes.done;
  },
};

/** Connects again when a stream has ended, as long as the server refuses nothing. */
async function followed(
  run: Run,
  query: { readonly topics: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { api, out } = run;
  let waitMs = firstWaitMs;
  let wasUp = false;
  for (;;) {
    let reason = "the stream ended";
    const since = performance.now();
    try {
      for await (const event of eventsOf(api, "/admin/live", query, signal)) {
        wasUp = true;
        await printed(run, event);
      }
    } catch (error) {
      const isPassing = error instanceof Failure && error.exitCode === exitCodes.unknown;
      if (!wasUp || !isPassing || signal.aborted) throw error;
      reason = reasonOf(error);
    }
    if (signal.aborted) return;
    wasUp = true;
    // One that held: a stream that ends at once is not asked for again and again.
    if (performance.now() - since > lastWaitMs) waitMs = firstWaitMs;
    out.note(`connecting again in ${waitMs} ms: ${reason}`);
    await setTimeout(waitMs, undefined, { signal });
    waitMs = Math.min(2 * waitMs, lastWaitMs);
  }
}

async function printed({ out }: Run, { event, data }: ServerEvent): Promise<void> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    value = data;
  }
  if (out.isJson) return out.json({ topic: event, data: value });
  const { dim, cyan } = out.colours;
  const time = new Date().toISOString().slice(11, 19);
  return out.line(`${dim(time)} ${cyan(oneLine(event))}  ${oneLine(summary(value))}`);
}

/** A snapshot in a line: its figures, how many there are of a list, and the first of it. */
function summary(value: unknown): string {
  if (!isRecord(value)) return String(value);
  const parts = Object.entries(value)
    .filter(([name]) => !constant.has(name))
    .flatMap(([name, one]) => partOf(name, one));
  return parts.length === 0 ? "-" : parts.join(" ");
}

/** What never changes while a server runs. */
const constant: ReadonlySet<string> = new Set(["unsupported", "engine", "version", "boundsMs"]);
const mostFirst = 160;

function partOf(name: string, value: unknown): string[] {
  if (Array.isArray(value)) {
    const [first] = value;
    if (first === undefined) return [`${name}=0`];
    const text = JSON.stringify(first);
    const short = text.length > mostFirst ? `${text.slice(0, mostFirst)}…` : text;
    return [`${name}=${value.length} (first: ${short})`];
  }
  if (!isRecord(value)) return [`${name}=${String(value)}`];
  return Object.entries(value).map(([inner, one]) =>
    isRecord(one) ? `${name}.${inner}=${JSON.stringify(one)}` : `${name}.${inner}=${String(one)}`,
  );
}
